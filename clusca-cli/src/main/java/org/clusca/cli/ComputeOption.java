package org.clusca.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.Tag;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Compute;
import org.clusca.engine.Compute.Kind;
import picocli.CommandLine.Option;

/** In which numbers linear layers are computed. */
final class ComputeOption {
    private static final String KEEP = "keep";

    @Option(
            names = "--compute",
            paramLabel = "TYPE",
            description =
                    "In which numbers the linear layers of blocks are computed: fp32; int8, 2 times faster, int8:keep=N with the first and last N blocks in fp32 (default 1); tokens-int8, int8 only where MLPs are computed on some tokens. compare and bench take several, such as fp32,int8. Default: fp32.")
    private String types = "fp32";

    /** As they were asked for, each once. */
    List<Compute> several() {
        List<Compute> several = new ArrayList<>();
        for (String tag : Tag.split(types)) {
            Compute compute = compute(Tag.parse(tag));
            if (!several.contains(compute)) {
                several.add(compute);
            }
        }
        return several;
    }

    Compute one() {
        List<Compute> several = several();
        if (several.size() > 1) {
            throw invalid("--compute takes one type here, found " + types + ".");
        }
        return several.get(0);
    }

    private static Compute compute(Tag tag) {
        Kind kind =
                Arrays.stream(Kind.values())
                        .filter(each -> each.word().equals(tag.name()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        invalid(
                                                "--compute must be one of "
                                                        + Arrays.stream(Kind.values())
                                                                .map(Kind::word)
                                                                .collect(Collectors.joining(", "))
                                                        + ", found '"
                                                        + tag.name()
                                                        + "'."));
        Map<String, String> given = tag.parameters();
        if (given.isEmpty() && !tag.published()) {
            return switch (kind) {
                case FLOAT32 -> Compute.FLOAT32;
                case INT8 -> Compute.INT8;
                case TOKENS_INT8 -> Compute.TOKENS_INT8;
            };
        }
        String keep = given.get(KEEP);
        if (kind != Kind.INT8 || given.size() > 1 || keep == null || !keep.matches("\\d{1,4}")) {
            throw invalid(
                    "--compute: of "
                            + Kind.INT8.word()
                            + " can be chosen how many blocks at either end stay in fp32, as in"
                            + " int8:keep=2, and of the others nothing; found "
                            + tag
                            + ".");
        }
        return Compute.int8(Integer.parseInt(keep));
    }

    private static CluscaException invalid(String message) {
        return new CluscaException(ErrorCode.INVALID_PARAMETER, message);
    }
}

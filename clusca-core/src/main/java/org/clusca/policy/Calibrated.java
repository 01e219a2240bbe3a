package org.clusca.policy;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CalibratedOn;
import org.clusca.api.model.Config;
import org.clusca.io.CalibrationFile;

/**
 * Parameters of a policy, some of which may come from a calibration file. What a tag says itself,
 * other than the default, goes before what the file says.
 *
 * @param given as in the tag, with the content of the file, if there is one
 * @param options with what the file says
 */
record Calibrated(
        List<Parameter> parameters,
        Options given,
        Options options,
        Optional<CalibrationFile> file) {
    private static final String FILE = "file";
    private static final String HASH = "hash";

    /** The parameters of a policy, and those that name a file. */
    static List<Parameter> and(List<Parameter> own) {
        List<Parameter> all = new ArrayList<>(own);
        all.add(
                Parameter.file(
                        FILE,
                        "a path, in quotes if it has a comma",
                        "Calibration file, made by clusca calibrate."));
        all.add(
                Parameter.text(
                        HASH,
                        "",
                        "32 hexadecimal digits, as reports have it",
                        "What the file must hold; another content is refused."));
        return List.copyOf(all);
    }

    /**
     * @param policy name of the kind of policy
     * @throws CluscaException INVALID_PARAMETER for a value out of range, and what {@link
     *     CalibrationFile#read} throws
     */
    static Calibrated of(String policy, List<Parameter> parameters, Map<String, String> tag) {
        String owner = "policy " + policy;
        Options given = Options.resolve(owner, parameters, tag);
        if (given.text(FILE).isEmpty()) {
            return new Calibrated(parameters, given, given, Optional.empty());
        }
        Path path = path(given.text(FILE));
        CalibrationFile file = CalibrationFile.read(path, policy);
        String hash = CalibrationFile.hash(path);
        if (!List.of("", hash).contains(given.text(HASH))) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    path
                            + " is another calibration than that of the tag: its hash is "
                            + hash
                            + ", expected "
                            + given.text(HASH)
                            + ". Restore that file, or leave "
                            + HASH
                            + " out.");
        }
        Map<String, String> named = new HashMap<>(given.values());
        named.put(HASH, hash);
        Map<String, String> all = new HashMap<>(named);
        CalibrationFile.object(file.found(), "parameters")
                .values()
                .forEach(
                        (name, value) -> {
                            if (value != null && isDefault(parameters, given, name)) {
                                all.put(name, value.toString());
                            }
                        });
        return new Calibrated(
                parameters,
                Options.resolve(owner, parameters, named),
                Options.resolve(owner + " as " + path + " has it", parameters, all),
                Optional.of(file));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The calibration file '" + text + "' is no path: " + e.getReason() + ".",
                    e);
        }
    }

    private static boolean isDefault(List<Parameter> parameters, Options given, String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .allMatch(parameter -> given.text(name).equals(parameter.defaultValue()));
    }

    /**
     * @param always so many of the leading parameters are in the tag where there is no file
     */
    String tag(String policy, int always) {
        return PolicyTag.of(policy, parameters, given, file.isPresent() ? 0 : always);
    }

    Optional<CalibratedOn> on() {
        return file.map(CalibrationFile::on);
    }

    Optional<Config> found() {
        return file.map(CalibrationFile::found);
    }
}

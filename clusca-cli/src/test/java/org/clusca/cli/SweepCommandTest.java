package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clusca.cli.SweepResult.Likeness;
import org.clusca.cli.SweepResult.Mean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepCommandTest {
    @TempDir private Path folder;

    private Cli sweep(String policies, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "sweep",
                                "--class=owl",
                                "--steps=4",
                                "--limit-steps=6",
                                "--fewer-steps=2",
                                "--policies=" + policies,
                                "--out=" + folder.resolve("s.csv")));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("s.csv"));
    }

    @Test
    void plotsTheGridAndTheRivals() throws IOException {
        Cli run = sweep("fora:interval=1+2");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("fora:interval=2", "ddim", "dpm-solver", "s.png", "*");
        assertThat(lines()).hasSize(5);
        assertThat(folder.resolve("s.png")).isNotEmptyFile();
        SweepResult everyStep = results().get(0);
        assertThat(everyStep.cell()).isEqualTo(everyStep("ddim"));
        // computes what the reference does, bit for bit
        assertThat(everyStep.near().psnr().mean()).isInfinite();
        assertThat(everyStep.operations()).isBetween(0.99, 1.01);
        // two leading steps and the last: three of four
        assertThat(results().get(1).operations()).isBetween(0.74, 0.76);
        assertThat(results().get(2).operations()).isBetween(0.49, 0.51);
        assertThat(results()).allSatisfy(each -> assertThat(each.speedup()).isPositive());
    }

    private List<SweepResult> results() throws IOException {
        String sweep = lines().get(1).substring(0, lines().get(1).indexOf(','));
        return new SweepFile(folder.resolve("s.csv"), sweep).read();
    }

    /** What is run before it is timed has fewer steps. */
    @Test
    void aPolicyForThisNumberOfStepsAlone() throws IOException {
        Cli run =
                Cli.run(
                        "sweep",
                        "--class=owl",
                        "--steps=6",
                        "--limit-steps=6",
                        "--fewer-steps=2",
                        "--policies=xslim:steps=F.TF.F",
                        "--out=" + folder.resolve("s.csv"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(results().get(0).cell())
                .isEqualTo(new SweepCell("xslim:steps=F.TF.F", "ddim", 6));
    }

    @Test
    void goesOnWhereItWasStopped() throws IOException {
        sweep("fora:interval=2");
        List<String> before = lines();
        assertThat(before).hasSize(4);
        // a cell lost, another cut off as it was written
        Files.writeString(
                folder.resolve("s.csv"),
                before.get(0) + "\n" + before.get(2) + "\n" + before.get(1).substring(0, 40));

        Cli again = sweep("fora:interval=2");

        assertThat(again.code()).as(again.err()).isZero();
        assertThat(lines()).hasSize(4).startsWith(before.get(0), before.get(2));
        assertThat(results().stream().map(SweepResult::cell))
                .doesNotHaveDuplicates()
                .contains(new SweepCell("fora:interval=2", "ddim", 4));
    }

    @Test
    void aFileOfAnotherSweepIsRefused() throws IOException {
        sweep("fora");

        Cli other = sweep("fora", "--seed=9");

        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("s.csv is not a file of this sweep", "seed 0", "seed 9");
        assertThat(lines()).hasSize(4);

        Files.writeString(folder.resolve("s.csv"), "shopping\nmilk\n");
        assertThat(sweep("fora").err()).contains("s.csv is not a file of this sweep");
        assertThat(folder.resolve("s.csv")).hasContent("shopping\nmilk\n");
    }

    /** Whose file was removed, but not the references beside it. */
    @Test
    void referencesOfAnotherSweepAreNotTaken() throws IOException {
        sweep("fora:interval=1");
        for (String other : List.of("--seed=9", "--scheduler=dpm-solver")) {
            Files.delete(folder.resolve("s.csv"));

            Cli again = sweep("fora:interval=1", other);

            assertThat(again.code()).as(again.err()).isZero();
            String scheduler = other.contains("solver") ? "dpm-solver" : "ddim";
            assertThat(results())
                    .filteredOn(each -> each.cell().equals(everyStep(scheduler)))
                    .singleElement()
                    .satisfies(each -> assertThat(each.near().psnr().mean()).isInfinite());
        }
    }

    private static SweepCell everyStep(String scheduler) {
        return new SweepCell("fora:interval=1", scheduler, 4);
    }

    @Test
    void aPolicyThatTheModelCannotServeIsRefusedBeforeAnything() {
        assertThat(sweep("clusca:clusters=9999").err()).contains("9999 clusters");
        assertThat(folder.resolve("s.references")).doesNotExist();
        assertThat(sweep("fora", "--batch=0").err()).contains("--batch must be at least 1");
    }

    @Test
    void severalValuesAreEveryCombination() {
        assertThat(SweepCell.expand("taylorseer:interval=3+4,order=1+2,keep=last"))
                .containsExactly(
                        "taylorseer:interval=3,order=1,keep=last",
                        "taylorseer:interval=3,order=2,keep=last",
                        "taylorseer:interval=4,order=1,keep=last",
                        "taylorseer:interval=4,order=2,keep=last");
        assertThat(SweepCell.expand("none")).containsExactly("none");
    }

    @Test
    void theFrontIsWhatNothingIsBetterThan() {
        SweepResult slow = result(1.5, 40);
        SweepResult worse = result(1.4, 39);
        SweepResult middle = result(3, 30);
        SweepResult fast = result(5, 20);
        SweepResult beaten = result(4.9, 19);

        assertThat(
                        SweepPlot.front(
                                List.of(worse, middle, beaten, slow, fast), SweepResult::speedup))
                .containsExactly(fast, middle, slow);
    }

    private static SweepResult result(double speedup, double psnr) {
        Likeness likeness = new Likeness(new Mean(psnr, 1), new Mean(psnr, 1));
        return new SweepResult(
                new SweepCell("fora", "ddim", 50),
                1,
                1,
                speedup,
                1 / speedup,
                likeness,
                likeness,
                0);
    }

    @Test
    void aMeanHasItsStandardError() {
        assertThat(Mean.of(List.of(1.0, 2.0, 3.0, 6.0)))
                .isEqualTo(new Mean(3, Math.sqrt(14.0 / 3 / 4)));
    }
}

package org.clusca.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.clusca.engine.Memory;
import org.clusca.io.CacheFolder;
import picocli.CommandLine.Command;

/** What the folder holds of files that can be made again. */
@Command(
        name = "cache",
        sortOptions = false,
        description = {
            "Shows or clears the folder of rounded weights and of unpacked models.",
            "It is CLUSCA_CACHE of the environment, else clusca in XDG_CACHE_HOME, else ~/.cache/clusca. Weights take at most 32 GiB there; the longest unused go first."
        },
        footer = {"", "Examples:", "  clusca cache list", "  clusca cache clear"})
final class CacheCommand implements Runnable {
    private final Console console;

    CacheCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        list();
    }

    @Command(name = "list", description = "Lists what is in the folder, the longest unused first.")
    void list() {
        PrintStream out = console.out();
        CacheFolder folder = new CacheFolder(CacheFolder.usual());
        List<CacheFolder.Entry> entries = folder.entries();
        long bytes = entries.stream().mapToLong(CacheFolder.Entry::bytes).sum();
        entries.forEach(
                entry ->
                        out.println(entry.path().getFileName() + "  " + Memory.gib(entry.bytes())));
        out.println(
                folder.path()
                        + ": "
                        + entries.size()
                        + (entries.size() == 1 ? " entry, " : " entries, ")
                        + Memory.gib(bytes)
                        + " of at most "
                        + Memory.gib(CacheFolder.MOST));
    }

    @Command(
            name = "clear",
            description =
                    "Deletes all of it but what is being written just now; it is made again when needed.")
    void clear() {
        CacheFolder folder = new CacheFolder(CacheFolder.usual());
        CacheFolder.Cleared cleared = folder.clear();
        console.out().println(folder.path() + ": " + Memory.gib(cleared.bytes()) + " freed");
        for (Path file : cleared.kept()) {
            console.out().println(file.getFileName() + " is being written and stays");
        }
    }
}

package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a conformance test as a build would, and keeps what failed. */
final class Kit {
    /** Messages of the tests that failed, by name. */
    private final Map<String, String> failures = new TreeMap<>();

    private int passed;

    private Kit() {}

    static Kit run(Class<?> test) {
        Kit kit = new Kit();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test)).build();
        LauncherFactory.create().execute(request, kit.new Listener());
        assertThat(kit.passed + kit.failures.size())
                .as("Tests of %s that ran", test.getName())
                .isPositive();
        return kit;
    }

    int passed() {
        return passed;
    }

    Map<String, String> failures() {
        return failures;
    }

    /** One test failed with a message that holds all of {@code named}. */
    Kit assertFault(String test, String... named) {
        assertThat(failures).as("Tests that failed").containsKey(test);
        assertThat(failures.get(test)).contains(named);
        return this;
    }

    private final class Listener implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failures.put(
                        test.getDisplayName().replace("()", ""),
                        result.getThrowable().map(Throwable::getMessage).orElse("no message"));
            } else if (test.isTest()) {
                passed++;
            }
        }
    }
}

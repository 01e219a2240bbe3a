package org.clusca;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashSet;
import java.util.Set;
import org.clusca.api.cache.GenerationContext;
import org.jspecify.annotations.NullMarked;

/** The module rules of the design, over every module. */
@AnalyzeClasses(
        packages = "org.clusca",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {
    /** The tests of the engine come as a jar. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String[] POLICIES = {"org.clusca.policy..", "org.clusca.cluster.."};

    @ArchTest
    static final ArchRule interfacesNeedTheJdkAlone =
            classes()
                    .that()
                    .resideInAPackage("org.clusca.api..")
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage("org.clusca.api..", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule onePackageKnowsOnnxRuntime =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.clusca.onnx..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                    "ai.onnxruntime..", "ai.onnx..", "com.google.protobuf.."));

    @ArchTest
    static final ArchRule onePackageKnowsTheTokenizersLibrary =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.clusca.tokenize..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("ai.djl..", "org.slf4j.."));

    @ArchTest
    static final ArchRule onlyTheFacadeKnowsGuice =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.clusca")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("com.google.inject..", "jakarta.inject.."));

    @ArchTest
    static final ArchRule nobodyNeedsTheFacade =
            noClasses()
                    .that()
                    .resideInAPackage("org.clusca.*..")
                    .and()
                    .resideOutsideOfPackages(
                            "org.clusca.cli..",
                            "org.clusca.batch..",
                            "org.clusca.spark..",
                            "org.clusca.server..",
                            "org.clusca.langchain4j..",
                            "org.clusca.examples..",
                            "org.clusca.testkit..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.clusca");

    @ArchTest
    static final ArchRule theEngineKnowsNoPolicySchedulerOrModel =
            noClasses()
                    .that()
                    .resideInAnyPackage("org.clusca.engine..", "org.clusca.onnx..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.clusca.policy..",
                            "org.clusca.cluster..",
                            "org.clusca.schedule..",
                            "org.clusca.component..",
                            "org.clusca.model..");

    @ArchTest
    static final ArchRule modelsKnowNeitherEngineNorPolicies =
            noClasses()
                    .that()
                    .resideInAnyPackage("org.clusca.model..", "org.clusca.component..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.clusca.engine..",
                            "org.clusca.onnx..",
                            "org.clusca.policy..",
                            "org.clusca.cluster..");

    @ArchTest
    static final ArchRule policiesKnowNeitherEngineNorModels =
            noClasses()
                    .that()
                    .resideInAnyPackage(POLICIES)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.clusca.engine..",
                            "org.clusca.onnx..",
                            "org.clusca.model..",
                            "org.clusca.component..");

    /** What a policy is told must be the same wherever it is opened. */
    @ArchTest
    static final ArchRule contextsAreMadeInOnePlace =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.clusca.api..", "org.clusca.testkit..")
                    .and()
                    .doNotHaveFullyQualifiedName("org.clusca.engine.Job")
                    .should()
                    .callConstructorWhere(target(owner(type(GenerationContext.class))));

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("org.clusca.(**)").should().beFreeOfCycles();

    @ArchTest static final ArchRule nothingIsPrinted = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest static final ArchRule noLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule implementationsAreFinal =
            classes()
                    .that()
                    .implement(resideInAPackage("org.clusca.api.."))
                    .and()
                    .doNotHaveModifier(JavaModifier.ABSTRACT)
                    .and()
                    .areTopLevelClasses()
                    .should()
                    .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        Set<JavaPackage> packages = new HashSet<>();
        classes.forEach(type -> packages.add(type.getPackage()));
        assertThat(packages).hasSizeGreaterThan(12);
        for (JavaPackage found : packages) {
            assertThat(found.isAnnotatedWith(NullMarked.class)).as(found.getName()).isTrue();
        }
    }

    @ArchTest
    static void enoughWasFoundForTheRulesToMean(JavaClasses classes) {
        for (String name :
                new String[] {
                    "api",
                    "engine",
                    "onnx",
                    "policy",
                    "cluster",
                    "schedule",
                    "model.dit",
                    "model.flux",
                    "model.hunyuan",
                    "server",
                    "cli"
                }) {
            assertThat(classes.that(resideInAPackage("org.clusca." + name + "..")))
                    .as(name)
                    .hasSizeGreaterThan(5);
        }
        assertThat(classes.that(alwaysTrue()).stream().filter(JavaClass::isTopLevelClass).count())
                .isGreaterThan(100);
    }
}

package io.pharos.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which: one rule an arrow that must not be. */
@AnalyzeClasses(packages = "io.pharos", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    private static final String TIMESERIES = "io.pharos.timeseries..";
    private static final String PROMQL = "io.pharos.promql..";
    private static final String PERSISTENCE = "io.pharos.persistence..";
    private static final String SHARDING = "io.pharos.sharding..";
    private static final String PLACEMENT = "io.pharos.sharding.placement..";
    private static final String COLLECTION = "io.pharos.collection..";
    private static final String ALERTING = "io.pharos.alerting..";
    private static final String HTTP_CLIENT = "io.pharos.httpclient..";
    private static final String HTTP_API = "io.pharos.httpapi..";
    private static final String NODE = "io.pharos.clusternode..";
    private static final String SIMULATION = "io.pharos.simulation..";

    @ArchTest
    static final ArchRule timeseriesKnowsNobody = noClasses()
            .that()
            .resideInAPackage(TIMESERIES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    PROMQL, PERSISTENCE, SHARDING, COLLECTION, ALERTING, HTTP_CLIENT, HTTP_API, NODE, SIMULATION);

    @ArchTest
    static final ArchRule promqlKnowsOnlyTimeseries = noClasses()
            .that()
            .resideInAPackage(PROMQL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PERSISTENCE, SHARDING, COLLECTION, ALERTING, HTTP_CLIENT, HTTP_API, NODE, SIMULATION);

    @ArchTest
    static final ArchRule thePureCoreKnowsNoActorAndNoDriver = noClasses()
            .that()
            .resideInAnyPackage(TIMESERIES, PROMQL, "io.pharos.conf..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("akka..", "com.datastax..", "com.typesafe.akka..", "scala..");

    @ArchTest
    static final ArchRule onlyTheNodeKnowsPersistence = noClasses()
            .that()
            .resideOutsideOfPackages(PERSISTENCE, NODE, "io.pharos.benchmarks..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PERSISTENCE);

    @ArchTest
    static final ArchRule onlyPersistenceKnowsTheDriver = noClasses()
            .that()
            .resideOutsideOfPackage(PERSISTENCE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.datastax..", "org.apache.cassandra..");

    @ArchTest
    static final ArchRule onlyTheEdgesKnowHttp = noClasses()
            .that()
            .resideOutsideOfPackages(HTTP_API, HTTP_CLIENT, NODE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("akka.http..");

    @ArchTest
    static final ArchRule persistenceKnowsOnlyThePorts = noClasses()
            .that()
            .resideInAPackage(PERSISTENCE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROMQL, SHARDING, COLLECTION, ALERTING, HTTP_CLIENT, HTTP_API, NODE, SIMULATION);

    @ArchTest
    static final ArchRule shardingKnowsNoEdge = noClasses()
            .that()
            .resideInAPackage(SHARDING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(COLLECTION, ALERTING, HTTP_CLIENT, HTTP_API, NODE, SIMULATION);

    @ArchTest
    static final ArchRule collectionAndAlertingKnowOnlyPlacementOfSharding = noClasses()
            .that()
            .resideInAnyPackage(COLLECTION, ALERTING)
            .should()
            .dependOnClassesThat(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(SHARDING)
                    .and(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage(PLACEMENT)));

    @ArchTest
    static final ArchRule collectionAndAlertingDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage(COLLECTION)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ALERTING, HTTP_API, NODE, PROMQL);

    @ArchTest
    static final ArchRule alertingKnowsNoWayIn = noClasses()
            .that()
            .resideInAPackage(ALERTING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(COLLECTION, HTTP_API, NODE);

    @ArchTest
    static final ArchRule simulationTalksOnlyProtocols = noClasses()
            .that()
            .resideInAPackage(SIMULATION)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    PROMQL, PERSISTENCE, SHARDING, COLLECTION, ALERTING, HTTP_CLIENT, HTTP_API, NODE, "akka..");

    @ArchTest
    static final ArchRule timeIsAParameter = noClasses()
            .that()
            .resideOutsideOfPackages(NODE, SIMULATION, "io.pharos.benchmarks..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule noCyclesBetweenPackages =
            slices().matching("io.pharos.(*).(*)..").should().beFreeOfCycles();
}

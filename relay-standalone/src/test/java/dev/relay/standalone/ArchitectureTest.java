package dev.relay.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.relay.RelayBuilder;
import org.junit.jupiter.api.Test;

/** What the tree of packages promises. Four rules; a fifth is a smell. */
class ArchitectureTest {
    private static final JavaClasses RELAY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.relay");

    /** session → channel → outbox → transport, channel → journal, all of them on shard, which knows none; the engine wires. */
    @Test
    void inside_the_core_dependencies_follow_a_message() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.relay.internal..", "dev.relay.transport")
                .layer("engine")
                .definedBy("dev.relay.internal")
                .layer("session")
                .definedBy("dev.relay.internal.session..")
                .layer("channel")
                .definedBy("dev.relay.internal.channel..")
                .layer("outbox")
                .definedBy("dev.relay.internal.outbox..")
                .layer("journal")
                .definedBy("dev.relay.internal.journal..")
                .layer("watch")
                .definedBy("dev.relay.internal.watch..")
                .layer("shard")
                .definedBy("dev.relay.internal.shard..")
                .layer("transport")
                .definedBy("dev.relay.transport")
                .whereLayer("engine")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("engine")
                .whereLayer("channel")
                .mayOnlyBeAccessedByLayers("engine", "session")
                .whereLayer("outbox")
                .mayOnlyBeAccessedByLayers("engine", "session", "channel")
                .whereLayer("journal")
                .mayOnlyBeAccessedByLayers("engine", "channel")
                .whereLayer("watch")
                .mayOnlyBeAccessedByLayers("engine", "session", "channel")
                .whereLayer("shard")
                .mayOnlyBeAccessedByLayers("engine", "session", "channel", "outbox", "journal")
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("engine", "session", "channel", "outbox", "shard")
                .check(RELAY);
    }

    @Test
    void the_core_has_no_cycles() {
        slices().matching("dev.relay.internal.(*)..").should().beFreeOfCycles().check(RELAY);
    }

    /** An embedder's code cannot come to depend on what only the builder and the engine it builds have seen. */
    @Test
    void only_the_builder_reaches_behind_the_api() {
        noClasses()
                .that(not(resideInAPackage("dev.relay.internal..")).and(not(belongToAnyOf(RelayBuilder.class))))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.relay.internal.."))
                .check(RELAY);
    }

    @Test
    void libraries_stay_in_the_module_that_adapts_them() {
        onlyIn("dev.relay.jdbc..", "org.jooq..", "com.zaxxer.hikari..", "java.sql..", "javax.sql..", "com.mysql..");
        onlyIn("dev.relay.websocket..", "org.java_websocket..", "com.nimbusds..", "com.google.protobuf..");
        onlyIn("dev.relay.(websocket|standalone.api)..", "tools.jackson..");
        onlyIn("dev.relay.standalone.metrics..", "io.prometheus..", "com.codahale.metrics.jmx..");
        onlyIn("dev.relay.standalone.otel..", "io.opentelemetry..");
        onlyIn("dev.relay.standalone..", "org.eclipse.jetty..", "org.snakeyaml..", "ch.qos.logback..");
    }

    private static void onlyIn(String module, String... libraries) {
        noClasses()
                .that(not(resideInAPackage(module)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(libraries))
                .check(RELAY);
    }
}

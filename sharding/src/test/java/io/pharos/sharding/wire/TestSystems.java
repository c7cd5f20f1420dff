package io.pharos.sharding.wire;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;

/** Actor systems for tests of single actors. */
public final class TestSystems {
    private TestSystems() {}

    /** One that writes and reads every message that is told, as if all actors were on different nodes. */
    public static ActorTestKit local() {
        return ActorTestKit.create("local", ConfigFactory.parseString("""
                                akka.loglevel = WARNING
                                akka.loggers = ["akka.event.slf4j.Slf4jLogger"]
                                akka.actor.allow-java-serialization = off
                                akka.actor.serialize-messages = on
                                akka.actor.no-serialization-verification-needed-class-prefix = ["akka."]
                                """).withFallback(ConfigFactory.load()));
    }
}

package io.pharos.sharding;

import akka.actor.typed.ActorSystem;
import java.time.Duration;

/** Work at a later time, on the actor system's own threads: it must not block. */
record NodeTimers(ActorSystem<?> system) {
    void later(Duration delay, Runnable work) {
        system.scheduler().scheduleOnce(delay, work, system.executionContext());
    }

    void every(Duration interval, Runnable work) {
        system.scheduler().scheduleWithFixedDelay(interval, interval, work, system.executionContext());
    }
}

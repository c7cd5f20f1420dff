package io.pharos.alerting.testing;

import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import scala.concurrent.Future;

/** A journal in memory that outlives actor systems and can be told never to answer. */
public final class SwitchableJournal extends AsyncWriteJournal {
    private static final Map<String, List<PersistentRepr>> STORED = new ConcurrentHashMap<>();
    private static volatile boolean silent;

    /** Neither reads nor writes are answered from now on, or they are again. */
    public static void setSilent(boolean value) {
        silent = value;
    }

    /** Forgets everything and answers. */
    public static void reset() {
        STORED.clear();
        silent = false;
    }

    /** The events of a journal in their order. */
    public static List<Object> events(String persistenceId) {
        List<PersistentRepr> stored = STORED.getOrDefault(persistenceId, List.of());
        synchronized (stored) {
            return stored.stream().map(PersistentRepr::payload).toList();
        }
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        if (silent) {
            return Futures.<Iterable<Optional<Exception>>>promise().future();
        }
        List<Optional<Exception>> results = new ArrayList<>();
        for (AtomicWrite write : messages) {
            List<PersistentRepr> stored = STORED.computeIfAbsent(write.persistenceId(), id -> new ArrayList<>());
            synchronized (stored) {
                write.payload().foreach(repr -> stored.add(repr));
            }
            results.add(Optional.empty());
        }
        return Futures.successful(results);
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return Futures.successful(null);
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long fromSequenceNr, long toSequenceNr, long max, Consumer<PersistentRepr> replay) {
        if (silent) {
            return Futures.<Void>promise().future();
        }
        List<PersistentRepr> stored = STORED.getOrDefault(persistenceId, new ArrayList<>());
        List<PersistentRepr> copy;
        synchronized (stored) {
            copy = new ArrayList<>(stored);
        }
        copy.stream()
                .filter(repr -> repr.sequenceNr() >= fromSequenceNr && repr.sequenceNr() <= toSequenceNr)
                .limit(max)
                .forEach(replay);
        return Futures.successful(null);
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        if (silent) {
            return Futures.<Long>promise().future();
        }
        List<PersistentRepr> stored = STORED.getOrDefault(persistenceId, new ArrayList<>());
        synchronized (stored) {
            return Futures.successful(
                    stored.isEmpty() ? 0L : stored.get(stored.size() - 1).sequenceNr());
        }
    }
}

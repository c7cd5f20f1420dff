package io.pharos.clusternode.status;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.serialization.jackson.JacksonObjectMapperProvider;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.sharding.placement.DrainedNodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks every member of the cluster the same question and waits for those that answer in time. Thread-safe. */
public final class ClusterQuestions {
    private static final int ANSWER_BYTES_MAX = 32 << 20;

    /**
     * What became of one member's question.
     *
     * @param address the member's, as the cluster knows it
     * @param status the member's, in words of a status page
     * @param value null where it did not answer
     * @param detail why it did not, or the empty string
     */
    public record Answer<T>(
            String address,
            String status,
            List<String> roles,
            @Nullable T value,
            String detail) {}

    private final ActorSystem<?> system;
    private final Duration patience;
    private final ObjectMapper mapper;
    private final DepartedMembers departed;

    private ClusterQuestions(ActorSystem<?> system, Duration patience, InstantSource clock) {
        this.system = system;
        this.patience = patience;
        this.mapper = JacksonObjectMapperProvider.get(system).getOrCreate("jackson-cbor", Optional.empty());
        this.departed = new DepartedMembers(clock);
    }

    /**
     * Makes this node answer, and able to ask.
     *
     * @param answers what this node knows of a subject, of the type that {@link Subject} names; must not block
     * @param patience how long a member may take for a page of its answer
     */
    public static ClusterQuestions start(
            ActorSystem<?> system, Function<Subject, Object> answers, Duration patience, InstantSource clock) {
        DrainedNodes.get(system); // begins to listen
        ClusterQuestions questions = new ClusterQuestions(system, patience, clock);
        system.systemActorOf(
                StatusActor.create(subject -> questions.encode(answers.apply(subject)), questions.departed),
                StatusActor.NAME,
                Props.empty());
        return questions;
    }

    /**
     * Asks all members; never fails. The stage is complete when each answered or had its time, in the order of addresses.
     *
     * @param type what the subject's answers are
     */
    public <T> CompletionStage<List<Answer<T>>> ask(Subject subject, Class<T> type) {
        List<CompletableFuture<Answer<T>>> asked = new ArrayList<>();
        Set<Member> unreachable = new HashSet<>(Cluster.get(system).state().getUnreachable());
        for (Member member : Cluster.get(system).state().getMembers()) {
            asked.add(ask(member, unreachable.contains(member), subject, type).toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }

    /** Members that are gone, for an hour after their end, as if they had been asked and not answered. */
    public <T> List<Answer<T>> departed() {
        return departed.lately().stream()
                .map(member -> new Answer<T>(
                        member.address(),
                        member.status(),
                        member.roles(),
                        null,
                        member.status() + " at " + member.at()))
                .toList();
    }

    private <T> CompletionStage<Answer<T>> ask(Member member, boolean isUnreachable, Subject subject, Class<T> type) {
        String address = member.address().toString();
        String status = isUnreachable
                ? "unreachable"
                : isDrained(member) ? "drained" : member.status().toString().toLowerCase(Locale.ROOT);
        List<String> roles = member.getRoles().stream()
                .filter(role -> !role.startsWith("dc-"))
                .sorted()
                .toList();
        ActorRef<StatusActor.Command> actor =
                ActorRefResolver.get(system).resolveActorRef(address + "/system/" + StatusActor.NAME);
        CompletionStage<StatusActor.Page> first =
                AskPattern.ask(actor, replyTo -> new StatusActor.Ask(subject, replyTo), patience, system.scheduler());
        return first.thenCompose(page -> collect(page, new ByteArrayOutputStream(page.total())))
                .thenApply(bytes -> new Answer<>(address, status, roles, decode(bytes, type), ""))
                .exceptionally(fault -> new Answer<>(address, status, roles, null, why(fault)));
    }

    private boolean isDrained(Member member) {
        return member.status().equals(MemberStatus.up())
                && DrainedNodes.get(system).contains(member.uniqueAddress());
    }

    private CompletionStage<byte[]> collect(StatusActor.Page page, ByteArrayOutputStream so) {
        so.writeBytes(page.bytes());
        ActorRef<StatusActor.RestCommand> rest = page.rest();
        if (rest == null) {
            return CompletableFuture.completedFuture(so.toByteArray());
        }
        if (page.total() > ANSWER_BYTES_MAX) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("its answer of " + page.total() + " bytes is too large"));
        }
        CompletionStage<StatusActor.Page> next =
                AskPattern.ask(rest, replyTo -> new StatusActor.Next(so.size(), replyTo), patience, system.scheduler());
        return next.thenCompose(following -> collect(following, so));
    }

    private String why(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof java.util.concurrent.TimeoutException) {
            return "it did not answer within " + patience.toMillis() / 1000.0 + " s";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private byte[] encode(Object answer) {
        try {
            return mapper.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written: " + e.getMessage(), e);
        }
    }

    private <T> T decode(byte[] bytes, Class<T> type) {
        try {
            return mapper.readValue(bytes, type);
        } catch (IOException e) {
            throw new UncheckedIOException("its answer cannot be read: " + e.getMessage(), e);
        }
    }
}

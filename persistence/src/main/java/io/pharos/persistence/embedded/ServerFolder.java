package io.pharos.persistence.embedded;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The folders and files of one embedded server: DATA/cassandra with its configuration, and DATA/logs. */
record ServerFolder(Path root, Path logs) {
    private static final String STUB = "org/apache/cassandra/security/ThreadAwareSecurityManager.class";
    private static final String CHILD = "io/pharos/persistence/embedded/ChildMain.class";

    /** Creates what is missing below a data directory. */
    static ServerFolder in(Path dataDirectory) {
        Path data = dataDirectory.toAbsolutePath().normalize();
        ServerFolder folder = new ServerFolder(data.resolve("cassandra"), data.resolve("logs"));
        try {
            for (String name : List.of("conf", "tmp", "data", "commitlog", "saved_caches", "hints", "cdc_raw")) {
                Files.createDirectories(folder.root.resolve(name));
            }
            Files.createDirectories(folder.logs);
        } catch (IOException failure) {
            throw new EmbeddedCassandraException(
                    "Cannot create the folders of the embedded Cassandra in " + data + ": " + failure, failure);
        }
        return folder;
    }

    /** Bytes that may still be written to the disk that everything lies on; as many as can be where that cannot be told. */
    long room() {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    Path log() {
        return logs.resolve("cassandra.log");
    }

    /** What the child's JVM says before its log exists, and when it dies of itself. */
    Path console() {
        return logs.resolve("cassandra-console.log");
    }

    Path childPid() {
        return root.resolve("child.pid");
    }

    Path yaml() {
        return root.resolve("conf").resolve("cassandra.yaml");
    }

    Path logback() {
        return root.resolve("conf").resolve("logback.xml");
    }

    /** The SSTables, a folder for each keyspace. */
    Path data() {
        return root.resolve("data");
    }

    /** Whether the file system lets the commit log write past the page cache. */
    boolean takesDirectWrites() {
        Path probe = root.resolve("commitlog").resolve("direct-probe.tmp");
        try {
            int block = Math.toIntExact(Files.getFileStore(root).getBlockSize());
            try (FileChannel channel = FileChannel.open(
                    probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
                channel.write(
                        ByteBuffer.allocateDirect(2 * block).alignedSlice(block).limit(block));
                return true;
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException | UnsupportedOperationException refused) {
            return false;
        }
    }

    /** Writes the configuration for these ports; what a user changed in it is lost, for it is not his file. */
    void writeConfiguration(EmbeddedCassandraSettings settings, boolean direct) {
        try {
            Files.writeString(yaml(), cassandraYaml(settings, direct));
            Files.writeString(logback(), logbackXml());
        } catch (IOException failure) {
            throw new EmbeddedCassandraException(
                    "Cannot write the configuration of the embedded Cassandra: " + failure, failure);
        }
    }

    /** The jar with the child's main class; rewritten only where it differs, since a class archive remembers its time. */
    Path childJar() {
        return jar("child.jar", CHILD);
    }

    /** The jar that stands in for the security manager which newer Java releases do not have. */
    Path stubJar() {
        return jar("stub.jar", STUB);
    }

    private Path jar(String name, String resource) {
        Path jar = root.resolve("conf").resolve(name);
        try (InputStream in = ServerFolder.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not on our own class path: " + resource);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JarOutputStream out = new JarOutputStream(bytes)) {
                JarEntry entry = new JarEntry(resource);
                entry.setTime(0);
                out.putNextEntry(entry);
                in.transferTo(out);
            }
            if (!Files.exists(jar) || !Arrays.equals(Files.readAllBytes(jar), bytes.toByteArray())) {
                Files.write(jar, bytes.toByteArray());
            }
            return jar;
        } catch (IOException failure) {
            throw new EmbeddedCassandraException("Cannot write " + jar + ": " + failure, failure);
        }
    }

    /** Bytes of the SSTables in one keyspace, by table; files that vanish meanwhile are not counted. */
    Map<String, Long> bytesByTable(String keyspace) throws IOException {
        Map<String, Long> bytes = new TreeMap<>();
        Path tables = data().resolve(keyspace);
        if (!Files.isDirectory(tables)) {
            return bytes;
        }
        try (Stream<Path> directories = Files.list(tables)) {
            for (Path directory : (Iterable<Path>) directories::iterator) {
                String folder = String.valueOf(directory.getFileName());
                int dash = folder.lastIndexOf('-');
                bytes.merge(dash < 0 ? folder : folder.substring(0, dash), bytesIn(directory), Long::sum);
            }
        }
        return bytes;
    }

    private static long bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(
                            file -> Files.isRegularFile(file) ? file.toFile().length() : 0)
                    .sum();
        }
    }

    private String cassandraYaml(EmbeddedCassandraSettings settings, boolean direct) {
        StringBuilder yaml = new StringBuilder(4_000);
        yaml.append("# Written by Pharos at each start.\n");
        for (String line : YAML) {
            yaml.append(line).append('\n');
        }
        yaml.append("commitlog_disk_access_mode: ")
                .append(direct ? "direct" : "mmap")
                .append('\n');
        yaml.append("storage_port: ").append(settings.storagePort()).append('\n');
        yaml.append("native_transport_port: ").append(settings.cqlPort()).append('\n');
        yaml.append(
                        "seed_provider: [{class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{seeds: \"127.0.0.1:")
                .append(settings.storagePort())
                .append("\"}]}]\n");
        yaml.append("data_file_directories: [").append(quoted("data")).append("]\n");
        yaml.append("commitlog_directory: ").append(quoted("commitlog")).append('\n');
        yaml.append("saved_caches_directory: ").append(quoted("saved_caches")).append('\n');
        yaml.append("hints_directory: ").append(quoted("hints")).append('\n');
        yaml.append("cdc_raw_directory: ").append(quoted("cdc_raw")).append('\n');
        return yaml.toString();
    }

    private String quoted(String name) {
        return "'" + root.resolve(name).toString().replace("'", "''") + "'";
    }

    private String logbackXml() {
        String file = log().toString().replace("&", "&amp;").replace("<", "&lt;");
        return """
            <configuration>
              <appender name="FILE" class="ch.qos.logback.core.rolling.RollingFileAppender">
                <file>%s</file>
                <rollingPolicy class="ch.qos.logback.core.rolling.FixedWindowRollingPolicy">
                  <fileNamePattern>%s.%%i</fileNamePattern><minIndex>1</minIndex><maxIndex>4</maxIndex>
                </rollingPolicy>
                <triggeringPolicy class="ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy"><maxFileSize>20MB</maxFileSize></triggeringPolicy>
                <encoder><pattern>%%-5level [%%thread] %%date{ISO8601} %%logger{0} %%msg%%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="FILE"/></root>
            </configuration>
            """.formatted(file, file);
    }

    /*
     * Batch: with the default, periodic, a killed Cassandra lost acknowledged writes in every trial. Both failure policies end
     * the process, for its owner starts it again and a half-dead store is worse than none. The batch and mutation limits fit
     * log blobs; the caches are small since the hot data is in our own memory.
     */
    private static final List<String> YAML = List.of(
            "cluster_name: pharos",
            "num_tokens: 1",
            "partitioner: org.apache.cassandra.dht.Murmur3Partitioner",
            "endpoint_snitch: SimpleSnitch",
            "listen_address: 127.0.0.1",
            "rpc_address: 127.0.0.1",
            "start_native_transport: true",
            "auto_bootstrap: false",
            "hinted_handoff_enabled: false",
            "auto_snapshot: false",
            "snapshot_before_compaction: false",
            "incremental_backups: false",
            "storage_compatibility_mode: NONE",
            "commitlog_sync: batch",
            "commitlog_segment_size: 32MiB",
            "commitlog_total_space: 1024MiB",
            "commit_failure_policy: die",
            "disk_failure_policy: die",
            "memtable: {configurations: {trie: {class_name: TrieMemtable}, default: {inherits: trie}}}",
            "memtable_allocation_type: offheap_objects",
            "memtable_heap_space: 128MiB",
            "memtable_offheap_space: 256MiB",
            "memtable_flush_writers: 1",
            "sstable: {selected_format: bti}",
            "disk_access_mode: mmap_index_only",
            "trickle_fsync: true",
            "concurrent_reads: 16",
            "concurrent_writes: 16",
            "concurrent_compactors: 1",
            "compaction_throughput: 64MiB/s",
            "key_cache_size: 4MiB",
            "row_cache_size: 0MiB",
            "counter_cache_size: 0MiB",
            "key_cache_save_period: 0s",
            "networking_cache_size: 16MiB",
            "file_cache_enabled: false",
            "native_transport_max_threads: 16",
            "native_transport_max_frame_size: 16MiB",
            "max_mutation_size: 16MiB",
            "batch_size_warn_threshold: 1024KiB",
            "batch_size_fail_threshold: 16MiB",
            "read_request_timeout: 30s",
            "write_request_timeout: 30s",
            "range_request_timeout: 30s",
            "request_timeout: 30s",
            "dynamic_snitch: false",
            "materialized_views_enabled: false");
}

#!/bin/sh
# Runs JMH benchmarks: benchmarks/jmh.sh [JMH options] [regular expression], e.g. benchmarks/jmh.sh -f 1 HeadAppend
set -eu
cd "$(dirname "$0")/.."
mvn -q -B -pl benchmarks -am process-classes
exec java -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" org.openjdk.jmh.Main "$@"

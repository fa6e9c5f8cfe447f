#!/usr/bin/env bash
# Constant memory: trains on two generated graphs, one ten times the other, with partitions of the same size, and compares the
# peak resident memory that gas-run reports. Where the memory cgroup (version 1) can be written, the larger run is done once
# more inside a group that counts page cache too and is far smaller than the store, with that as its --memory.
#
#   Benchmarks/memory/run [NODES]        NODES of the smaller graph, default 100000
#
# Partitions are the planted communities, so that batches of both graphs are alike; with METIS now and then a partition has an
# unusual halo, and the largest batch decides. Exits with 1 if the peaks differ by 10 % or more.
set -euo pipefail
cd "$(dirname "$0")/../.."
small=${1:-100000}
work=${GAS_WORK:-.build/benchmarks}/memory
result=Benchmarks/results/memory.md
mkdir -p "$work" Benchmarks/results
swift build -c release --product gas-ingest >/dev/null
swift build -c release --product gas-run >/dev/null
bin=.build/release
train=(--model gcn --hidden 64 --layers 2 --epochs 2 --batch-partitions 4 --run memory --overwrite --json --progress never)

field() { sed -n "s/.*\"$1\" : \([0-9.e-]*\).*/\1/p" "$2"; }

for nodes in "$small" $((small * 10)); do
  data=$work/data-$nodes
  store=$work/store-$nodes
  if [ ! -e "$store/manifest.json" ]; then
    "$bin/gas-ingest" generate --nodes "$nodes" --edges $((nodes * 10)) --features 64 --classes 10 --seed 1 \
      --communities $((nodes / 2500)) --inside 0.97 --output "$data" --overwrite >/dev/null
    "$bin/gas-ingest" "$data/edges.npy" --features "$data/features.npy" --labels "$data/labels.npy" \
      --train "$data/train.npy" --val "$data/val.npy" --test "$data/test.npy" \
      --partitioner "file:$data/communities.npy" --output "$store" --overwrite >/dev/null
    rm -r "$data"
  fi
  "$bin/gas-run" train "$store" "${train[@]}" >"$work/$nodes.json"
done

a=$(field peakResidentBytes "$work/$small.json")
b=$(field peakResidentBytes "$work/$((small * 10)).json")
{
  echo "# Memory of training, one graph ten times the other"
  echo
  echo "\`Benchmarks/memory/run $small\`, $(date -u +%F), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores."
  echo "GCN, 2 layers of 64, 64 features, batches of 4 partitions of 2500 nodes, 10 edges a node, 3 % of them anywhere."
  echo
  echo "| nodes | store | peak resident | seconds an epoch |"
  echo "| --- | --- | --- | --- |"
  for nodes in "$small" $((small * 10)); do
    echo "| $nodes | $(du -sm "$work/store-$nodes/columns" | cut -f 1) MiB |" \
      "$(($(field peakResidentBytes "$work/$nodes.json") >> 20)) MiB |" \
      "$(printf %.2f "$(field epochSecondsMedian "$work/$nodes.json")") |"
  done
  echo
  echo "Ratio of the peaks: $(awk "BEGIN { printf \"%.3f\", $b / $a }")."
} >"$work/memory.md"

group=/sys/fs/cgroup/memory/gas-memory-benchmark
limit=$((160 << 20))
if mkdir -p "$group" 2>/dev/null && echo "$limit" >"$group/memory.limit_in_bytes" 2>/dev/null; then
  sync
  echo 3 >/proc/sys/vm/drop_caches 2>/dev/null || true
  sh -c "echo \$\$ >$group/tasks; exec \"\$@\"" sh "$bin/gas-run" train "$work/store-$((small * 10))" "${train[@]}" \
    --memory "$limit" >"$work/cgroup.json"
  {
    echo
    echo "The larger graph in a memory cgroup of $((limit >> 20)) MiB that counts page cache, with that as --memory:" \
      "peak $(($(cat "$group/memory.max_usage_in_bytes") >> 20)) MiB, resident $(($(field peakResidentBytes "$work/cgroup.json") >> 20)) MiB," \
      "$(printf %.2f "$(field epochSecondsMedian "$work/cgroup.json")") s an epoch, test accuracy" \
      "$(field testAccuracy "$work/cgroup.json") against $(field testAccuracy "$work/$((small * 10)).json") without a limit."
  } >>"$work/memory.md"
  rmdir "$group" 2>/dev/null || true
fi

cp "$work/memory.md" "$result"
cat "$result"
awk "BEGIN { r = $b / $a; exit !(r < 1.1 && r > 0.9) }" || { echo "the peaks differ by 10 % or more" >&2; exit 1; }

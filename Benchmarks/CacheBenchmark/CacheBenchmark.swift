import ControllerRuntime
import JSON
import KubernetesModel
import Planning
import RolloutPlanning

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much memory the runtime's cache takes for 10,000 Rollouts, each with three ReplicaSets and five Pods.
///
///     WEIR_TARGETS=ControllerRuntime,RolloutPlanning WEIR_BENCHMARKS=1 swift build -c release --product CacheBenchmark
///     .build/release/CacheBenchmark whole|read [ROLLOUTS]
///
/// `whole` keeps the objects as the API server sends them, `read` only the fields that the controllers read. The
/// objects are parsed from JSON one by one, like the pages of a list. Linux only: it reads /proc/self/status.
@main
struct CacheBenchmark {
    let isWhole: Bool
    /// Keeps everything, the records of who wrote what too.
    private var store = ObjectStore()
    private var cache: ObjectCache
    private var bytes = 0

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let rollouts = arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        var benchmark = CacheBenchmark(isWhole: arguments.first == "whole")
        try benchmark.run(rollouts)
    }

    init(isWhole: Bool) {
        self.isWhole = isWhole
        let controller = RolloutController()
        var kept: [ResourceKind: FieldSelection] = [:]
        for kind in controller.watchedKinds { kept[kind] = controller.fieldsRead(of: kind) }
        // What the ingress controller reads of pods besides.
        kept[.pod] = kept[.pod]?.union(FieldSelection([["spec", "readinessGates"], ["status", "phase"]]))
        cache = ObjectCache(keeping: kept)
    }

    private mutating func run(_ rollouts: Int) throws {
        let before = Self.memory("VmRSS")
        let begin = ContinuousClock.now
        for index in 0..<rollouts {
            let example = ExampleObjects(index: index)
            let version = 1_000 + 20 * index
            try take(example.rollout(version), .rollout)
            for revision in 1...3 { try take(example.replicaSet(revision, version + revision), .replicaSet) }
            for pod in 1...5 { try take(example.pod(pod, version + 10 + pod), .pod) }
        }
        let took = ContinuousClock.now - begin
        let after = Self.memory("VmRSS")
        let objects = isWhole ? store : cache.objects
        let counts = [ResourceKind.rollout, .replicaSet, .pod].map { objects.objects($0).count }
        print("objects: \(counts[0]) Rollouts, \(counts[1]) ReplicaSets, \(counts[2]) Pods; JSON: \(bytes >> 20) MiB")
        print("kept: \(isWhole ? "everything" : "the fields that are read"); made, parsed and kept within \(took)")
        print("resident: \((after - before) >> 10) MiB more than before")
    }

    private mutating func take(_ text: String, _ kind: ResourceKind) throws {
        bytes += text.utf8.count
        let object = KubernetesObject(try JSONValue(parsing: text))
        if isWhole {
            store.insert(object, kind)
        } else {
            _ = cache.apply(WatchEvent(.added, object), kind)
        }
    }

    /// A field of /proc/self/status, in KiB; 0 where there is no such file.
    private static func memory(_ field: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("\(field):") { return Int(text.filter(\.isNumber)) ?? 0 }
        }
        return 0
    }
}

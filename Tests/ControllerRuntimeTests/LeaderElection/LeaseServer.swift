import ControllerRuntime
import JSON

/// A server with one Lease, that compares versions as the API server does.
struct LeaseServer {
    private var lease: JSONValue?
    private var version = 0

    mutating func serve(_ request: LeaderElection.Request) -> LeaderElection.Answer {
        switch request {
        case .read: return lease.map { .lease($0) } ?? .notFound
        case .create(let document): return lease == nil ? store(document) : .conflict
        case .update(let document):
            guard let lease else { return .notFound }
            let asked = document.at("metadata", "resourceVersion")
            return asked == lease.at("metadata", "resourceVersion") ? store(document) : .conflict
        }
    }

    private mutating func store(_ document: JSONValue) -> LeaderElection.Answer {
        version += 1
        var document = document
        document.set(.string("\(version)"), at: "metadata", "resourceVersion")
        lease = document
        return .lease(document)
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

import JSON
import KubernetesModel
import Logging
import Synchronization

/// Writes Kubernetes Events: a first occurrence is created, a repetition raises its count.
///
/// Losing an Event never disturbs a rollout; what could not be written is logged. At most `capacity` different events
/// are remembered for counting.
final class EventRecorder: Sendable {
    private struct Known {
        var key: ObjectKey
        var count: Int
    }

    private static let capacity = 4_096
    private let known = Mutex<[EventRecord: Known]>([:])
    private let api: any KubernetesAPI
    private let clock: RuntimeClock
    private let component: String
    private let logger: Logger

    init(api: any KubernetesAPI, clock: RuntimeClock, component: String, logger: Logger) {
        self.api = api
        self.clock = clock
        self.component = component
        self.logger = logger
    }

    /// Records one occurrence.
    func record(_ event: EventRecord) async {
        let now = clock.now()
        let repeated = known.withLock { known -> Known? in
            known[event]?.count += 1
            return known[event]
        }
        do {
            if let repeated {
                let body: JSONValue = [
                    "count": .number(JSONNumber(repeated.count)), "lastTimestamp": .string(now.rfc3339),
                ]
                do {
                    _ = try await api.perform(.patch(.init(.event, repeated.key, body: body)))
                    return
                } catch let failure as KubernetesFailure where failure.isNotFound {
                    // The server forgets Events after an hour; this one starts again.
                }
            }
            try await create(event, now: now)
        } catch {
            logger.warning("event not recorded", metadata: ["event": "\(event)", "error": "\(error)"])
        }
    }

    private func create(_ event: EventRecord, now: Timestamp) async throws {
        let document = EventRecorder.document(for: event, now: now, component: event.component ?? component)
        _ = try await api.perform(.create(.event, document))
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[event] = Known(key: KubernetesObject(document).key, count: 1)
        }
    }

    /// The Event object of a first occurrence; named like kubelet's and client-go's, `object.hexadecimal-time`.
    static func document(for event: EventRecord, now: Timestamp, component: String) -> JSONValue {
        let namespace = event.key.namespace.isEmpty ? "default" : event.key.namespace
        let suffix = String(now.microseconds &* 1_000 &+ Int64(abs(event.hashForName % 1_000)), radix: 16)
        return [
            "apiVersion": "v1", "kind": "Event",
            "metadata": ["name": .string("\(event.key.name).\(suffix)"), "namespace": .string(namespace)],
            "involvedObject": [
                "apiVersion": .string(event.kind.apiVersion), "kind": .string(event.kind.kind),
                "name": .string(event.key.name), "namespace": .string(event.key.namespace), "uid": .string(event.uid),
            ],
            "reason": .string(event.reason), "message": .string(event.message),
            "type": .string(event.severity.rawValue),
            "source": ["component": .string(component)], "reportingComponent": .string(component),
            "reportingInstance": "", "firstTimestamp": .string(now.rfc3339), "lastTimestamp": .string(now.rfc3339),
            "count": 1,
        ]
    }
}

extension EventRecord {
    /// A stable number from reason and message, so that two events of one object in one microsecond differ in name.
    fileprivate var hashForName: Int {
        var hash: UInt32 = 2_166_136_261
        for byte in "\(reason)/\(message)".utf8 {
            hash = (hash ^ UInt32(byte)) &* 16_777_619
        }
        return Int(hash)
    }
}

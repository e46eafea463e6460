import JSON
import KubernetesModel
import Logging
import Metrics
import Synchronization

/// Writes Kubernetes Events, in order and apart from everything else: a slow server delays no rollout for an Event.
///
/// Losing an Event never disturbs a rollout; what could not be written is logged. At most `capacity` Events wait.
final class EventRecorder: Sendable {
    static let capacity = 1_000
    private let correlator = Mutex(EventCorrelator())
    private let api: any KubernetesAPI
    private let clock: RuntimeClock
    private let component: String
    private let leadership: Leadership
    private let logger: Logger
    private let waiting: AsyncStream<EventRecord>
    private let entrance: AsyncStream<EventRecord>.Continuation

    init(
        api: any KubernetesAPI, clock: RuntimeClock, component: String, leadership: Leadership = .alone, logger: Logger
    ) {
        self.api = api
        self.clock = clock
        self.component = component
        self.leadership = leadership
        self.logger = logger
        (waiting, entrance) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// Takes one occurrence to be written.
    func record(_ event: EventRecord) {
        if case .dropped = entrance.yield(event) {
            count("overflow")
            logger.warning("event not recorded", metadata: ["event": "\(event)", "error": "too many wait"])
        }
    }

    /// Nothing is taken any more; `run` ends when what waits is written.
    func finish() {
        entrance.finish()
    }

    /// Writes what was taken until `finish` is called or the task is cancelled.
    func run() async {
        for await event in waiting {
            do {
                try await write(event)
            } catch {
                count(error is NotLeading ? "not_leading" : "failed")
                let level: Logger.Level = error is NotLeading || error is CancellationError ? .debug : .warning
                logger.log(
                    level: level, "event not recorded", metadata: ["event": "\(event)", "error": "\(error)"])
            }
        }
    }

    private func write(_ event: EventRecord) async throws {
        let now = clock.now()
        let step = correlator.withLock { $0.admit(event, now: now) }
        switch step {
        case .drop: count("limited")
        case .create(let record, let times, let first, let identity):
            try await create(record, count: times, first: first, identity, now: now)
        case .raise(let key, let times, let message, let identity):
            let body: JSONValue = [
                "count": .number(JSONNumber(times)), "lastTimestamp": .string(now.rfc3339),
                "message": .string(message),
            ]
            do {
                _ = try await leadership.write { try await api.perform(.patch(.init(.event, key, body: body))) }
                count("raised")
            } catch let failure as KubernetesFailure where failure.isNotFound {
                // The server forgets Events after an hour; this one starts again.
                correlator.withLock { $0.vanished(identity) }
                var record = event
                record.message = message
                try await create(record, count: 1, first: now, identity, now: now)
            }
        }
    }

    private func create(
        _ event: EventRecord, count times: Int, first: Timestamp, _ identity: EventCorrelator.Identity, now: Timestamp
    ) async throws {
        var document = EventRecorder.document(for: event, now: now, component: event.component ?? component)
        document["count"] = .number(JSONNumber(times))
        document["firstTimestamp"] = .string(first.rfc3339)
        let created = document
        _ = try await leadership.write { try await api.perform(.create(.event, created)) }
        correlator.withLock { $0.created(identity, as: KubernetesObject(created).key) }
        count("created")
    }

    private func count(_ result: String) {
        Counter(label: "weir_events_total", dimensions: [("result", result)]).increment()
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

import ControllerRuntime
import JSON
import KubernetesModel
import Logging

/// Sends one pod's writes in order, each again and again until the API server has answered.
final class PodWriter: Sendable {
    enum Item: Sendable {
        case write(KubernetesWrite)
        case event(EventRecord)
    }

    private let pod: KubernetesObject
    private let node: String
    private let environment: NodeEnvironment
    private let journal: PodJournal
    private let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation

    init(pod: KubernetesObject, node: String, environment: NodeEnvironment, journal: PodJournal) {
        self.pod = pod
        self.node = node
        self.environment = environment
        self.journal = journal
        (items, continuation) = AsyncStream.makeStream()
    }

    func send(_ item: Item) {
        continuation.yield(item)
    }

    /// No more items; what is waiting is still sent.
    func finish() {
        continuation.finish()
    }

    /// Runs until `finish`, or until cancelled.
    func run() async {
        var events = PodEventNames()
        for await item in items {
            switch item {
            case .write(let write): await send(write)
            case .event(let record):
                let write = events.write(for: record, node: node, now: environment.clock.now())
                do {
                    _ = try await environment.api.perform(write)
                } catch {
                    environment.logger.debug(
                        "event not recorded", metadata: ["event": "\(record)", "error": "\(error)"])
                }
            }
        }
    }

    private func send(_ write: KubernetesWrite) async {
        var wait = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                _ = try await environment.api.perform(write)
                if case .delete = write {
                    let now = environment.clock.now()
                    journal.update { $0.deletedAt = $0.deletedAt ?? now }
                }
                return
            } catch let failure as KubernetesFailure where failure.code < 500 && failure.code != 429 {
                guard !failure.isNotFound else { return }
                environment.logger.warning(
                    "pod write refused", metadata: ["k8s.object": "\(pod.key)", "error": "\(failure)"])
                return
            } catch is CancellationError {
                return
            } catch {
                environment.logger.warning(
                    "pod write not answered",
                    metadata: ["k8s.object": "\(pod.key)", "error": "\(error)", "retry.after": "\(wait)"])
                try? await environment.clock.sleep(wait)
                wait = min(wait * 2, .seconds(5))
            }
        }
    }
}

/// The Events one pod has had, so that a repetition raises a count instead of making another object.
struct PodEventNames: Sendable {
    private var counts: [EventRecord: Int] = [:]
    /// By what happened; a name has the time of the first occurrence, so that no earlier run of the node has used it.
    private var names: [EventRecord: String] = [:]

    /// The write for one more occurrence.
    mutating func write(for record: EventRecord, node: String, now: Timestamp) -> KubernetesWrite {
        let count = (counts[record] ?? 0) + 1
        counts[record] = count
        let nanoseconds = now.microseconds * 1_000 + Int64(names.count)
        let name = names[record] ?? "\(record.key.name).\(String(nanoseconds, radix: 16))"
        names[record] = name
        if count > 1 {
            let body: JSONValue = ["count": .number(JSONNumber(count)), "lastTimestamp": .string(now.rfc3339)]
            let key = ObjectKey(namespace: record.key.namespace, name: name)
            return .patch(KubernetesWrite.Patch(.event, key, body: body))
        }
        return .create(
            .event,
            [
                "apiVersion": "v1", "kind": "Event",
                "metadata": ["name": .string(name), "namespace": .string(record.key.namespace)],
                "involvedObject": [
                    "apiVersion": "v1", "kind": "Pod", "name": .string(record.key.name),
                    "namespace": .string(record.key.namespace), "uid": .string(record.uid),
                ],
                "reason": .string(record.reason), "message": .string(record.message),
                "type": .string(record.severity.rawValue),
                "source": ["component": "kubelet", "host": .string(node)], "count": 1,
                "firstTimestamp": .string(now.rfc3339), "lastTimestamp": .string(now.rfc3339),
            ])
    }
}

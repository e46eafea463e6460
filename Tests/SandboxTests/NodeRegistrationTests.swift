import ClusterState
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Synchronization
import Testing

@testable import Sandbox

/// A clock that only `sleep` moves, and whose sleeps end the registration after a number of them.
private final class SteppedClock: Sendable {
    private let state: Mutex<(now: Timestamp, sleeps: Int)>

    init(sleeps: Int) {
        state = Mutex((Timestamp(seconds: 1_767_225_600), sleeps))
    }

    var runtime: RuntimeClock {
        RuntimeClock(
            now: { [self] in state.withLock { $0.now } },
            sleep: { [self] duration in
                let isOver = state.withLock { state in
                    state.now = state.now.advanced(by: duration)
                    state.sleeps -= 1
                    return state.sleeps < 0
                }
                if isOver { throw CancellationError() }
            })
    }
}

@Suite("Registration of nodes") struct NodeRegistrationTests {
    private let store = ClusterStore(
        ClusterState(now: Timestamp(seconds: 1_767_225_600), seed: 1), now: { Timestamp(seconds: 1_767_225_600) })
    private let node = NodeSettings.Identity(name: "n1", number: 7, zone: "us-west-2a")

    /// Registers the node and lets it live for a number of heartbeats.
    private func run(heartbeats: Int) async {
        var settings = NodeSettings(nodes: [node])
        settings.heartbeat = .seconds(10)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let clock = SteppedClock(sleeps: heartbeats)
        await NodeRegistration(settings: settings, api: StoreAPI(store), clock: clock.runtime, logger: logger).run()
    }

    private var registered: KubernetesObject {
        get async throws { try await StoreAPI(store).get(.node, ObjectKey(name: "n1")) }
    }

    @Test func `a node is registered as ready, with the network of its number`() async throws {
        await run(heartbeats: 0)
        let object = try await registered
        #expect(NodeDocuments.number(of: object) == 7)
        let ready = object.document.at("status", "conditions")?.arrayValue?.first { $0["type"] == "Ready" }
        #expect(ready?["status"] == "True")
    }

    @Test func `heartbeats renew the Lease and leave the node alone`() async throws {
        await run(heartbeats: 0)
        let first = try await registered.resourceVersion
        await run(heartbeats: 3)
        #expect(try await registered.resourceVersion == first)
        let key = ObjectKey(namespace: NodeRegistration.leaseNamespace, name: "n1")
        let lease = try await StoreAPI(store).get(.lease, key)
        #expect(lease.spec["holderIdentity"] == "n1")
        #expect(lease.spec["renewTime"]?.stringValue == "2026-01-01T00:00:30.000000Z")
        #expect(lease.document.at("metadata", "ownerReferences")?[0]?["uid"]?.stringValue == (try await registered.uid))
    }

    @Test func `a node that was taken for lost is made ready again`() async throws {
        await run(heartbeats: 0)
        let lost: JSONValue = [
            "status": ["conditions": [["type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"]]]
        ]
        let key = ObjectKey(name: "n1")
        _ = try await StoreAPI(store).perform(
            .patch(.init(.node, key, type: .strategic, body: lost, subresource: "status")))
        await run(heartbeats: 1)
        let conditions = try await registered.document.at("status", "conditions")?.arrayValue ?? []
        #expect(conditions.first { $0["type"] == "Ready" }?["status"] == "True")
        #expect(conditions.count == 4)
    }
}

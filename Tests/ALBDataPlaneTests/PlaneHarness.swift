import AsyncHTTPClient
import ELBModel
import KubernetesModel
import LoadBalancerState
import Logging
import NIOCore
import NIOHTTP1
import RequestRouting
import Synchronization

@testable import ALBDataPlane

/// Addresses of test targets by their registered ones.
final class AddressBook: Sendable {
    private let entries = Mutex<[TargetAddress: TargetAddress]>([:])

    /// A new pod address which leads to `target`.
    func add(_ target: TestTarget) -> Target {
        entries.withLock { entries in
            let address = TargetAddress(host: "10.244.0.\(entries.count + 1)", port: 8080)
            entries[address] = target.address
            return Target(id: address.host, port: address.port)
        }
    }

    func wire(_ address: TargetAddress) -> TargetAddress {
        entries.withLock { $0[address] ?? address }
    }
}

/// A store and its data plane on real sockets.
struct PlaneHarness: Sendable {
    let store: LoadBalancerStore
    let plane: ALBDataPlane
    let book: AddressBook
    let log: TrafficLog
    let client: HTTPClient

    static func run(
        propagation: ClosedRange<Duration> = .zero ... .zero,
        body: @escaping @Sendable (PlaneHarness) async throws -> Void
    ) async throws {
        var configuration = LoadBalancerConfiguration()
        configuration.provisioningDelay = .milliseconds(20)
        configuration.registrationDelay = .milliseconds(20)
        configuration.propagationDelay = propagation
        let start = ContinuousClock.now
        let store = LoadBalancerStore(state: LoadBalancerState(configuration: configuration)) {
            Timestamp(seconds: 1_767_225_600).advanced(by: ContinuousClock.now - start)
        }
        let book = AddressBook()
        let log = TrafficLog()
        let plane = ALBDataPlane(
            store: store, dialer: { book.wire($0) }, observer: { log.record($0) }, logger: Logger(label: "test"))
        var settings = HTTPClient.Configuration()
        settings.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let harness = PlaneHarness(store: store, plane: plane, book: book, log: log, client: client)
        let result: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await plane.run() }
                defer { tasks.cancelAll() }
                try await body(harness)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        try result.get()
    }

    /// A group with a fast health check and the targets registered.
    func makeGroup(_ name: String, _ targets: [TestTarget] = []) throws -> TargetGroupARN {
        let check = HealthCheckSettings(
            path: "/live", intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2)
        let created = try store.call(
            .createTargetGroup(
                .init(
                    name: name, protocol: .http, port: 8080, vpcID: "vpc-0a1b2c3d4e5f60718", healthCheck: check,
                    targetType: .ip)))
        guard case .targetGroups(let groups, _) = created, let group = groups.first else { throw Unexpected(created) }
        if !targets.isEmpty {
            let list = targets.map { book.add($0) }
            _ = try store.call(.registerTargets(.init(targetGroupARN: group.arn, targets: list)))
        }
        return group.arn
    }

    func makeBalancer(_ name: String) throws -> LoadBalancerARN {
        let created = try store.call(
            .createLoadBalancer(
                .init(name: name, subnets: ["subnet-0a000000000000001", "subnet-0b000000000000002"])))
        guard case .loadBalancers(let balancers, _) = created, let balancer = balancers.first else {
            throw Unexpected(created)
        }
        return balancer.arn
    }

    func makeListener(
        _ balancer: LoadBalancerARN, port: Int, _ weights: [(TargetGroupARN, Int)]
    ) throws -> ListenerARN {
        let created = try store.call(
            .createListener(
                .init(loadBalancerARN: balancer, protocol: .http, port: port, defaultActions: [Self.action(weights)])))
        guard case .listeners(let listeners, _) = created, let listener = listeners.first else {
            throw Unexpected(created)
        }
        return listener.arn
    }

    static func action(_ weights: [(TargetGroupARN, Int)]) -> Action {
        .forward(ForwardAction(targetGroups: weights.map { WeightedTargetGroup(arn: $0.0, weight: $0.1) }))
    }

    /// Where the listener is served, waiting for it at most 5 s.
    func address(of listener: ListenerARN) async throws -> TargetAddress? {
        for _ in 0..<500 {
            let listeners = plane.served.flatMap(\.listeners)
            if let address = listeners.first(where: { $0.arn == listener })?.address { return address }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    func get(_ address: TargetAddress) async throws -> (status: Int, body: String) {
        let response = try await client.execute(
            HTTPClientRequest(url: "http://\(address)/"), timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), String(buffer: body))
    }

    /// The states of a group's targets by their address.
    func health(_ group: TargetGroupARN) throws -> [String: TargetHealth.State] {
        let answer = try store.call(.describeTargetHealth(.init(targetGroupARN: group)))
        guard case .targetHealth(let list) = answer else { throw Unexpected(answer) }
        return Dictionary(uniqueKeysWithValues: list.map { ($0.target.id, $0.health.state) })
    }

    /// Waits until `condition` holds, at most 5 s.
    func eventually(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try condition()
    }

    /// An answer of another shape than the call has.
    struct Unexpected: Error {
        var answer: ELBResponse
        init(_ answer: ELBResponse) { self.answer = answer }
    }
}

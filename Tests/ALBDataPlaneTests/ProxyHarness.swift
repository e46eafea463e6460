import AsyncHTTPClient
import ELBModel
import KubernetesModel
import NIOCore
import NIOHTTP1
import NIOPosix
import RequestRouting

@testable import ALBDataPlane

/// One listener with a configuration made by hand, on a loopback port.
struct ProxyHarness: Sendable {
    static let time = Timestamp(seconds: 1_767_225_600)
    static let stable: TargetGroupARN = "arn:tg:stable"
    static let canary: TargetGroupARN = "arn:tg:canary"

    let socket: ListenerSocket
    let node: LoadBalancerNode
    let workers: ProxyWorkers
    let log = TrafficLog()
    let client: HTTPClient

    /// Serves `rules` with `groups` and runs `body`.
    static func run(
        rules: [Rule], groups: [TargetGroupConfiguration], settings: DataPlaneSettings = DataPlaneSettings(),
        connectTimeout: Duration = .seconds(2), body: (ProxyHarness) async throws -> Void
    ) async throws {
        let harness = try await ProxyHarness(
            rules: rules, groups: groups, settings: settings, connectTimeout: connectTimeout)
        let result: Result<Void, any Error>
        do {
            try await body(harness)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await harness.socket.close()
        harness.workers.forEach { $0.closeAll() }
        try await harness.client.shutdown()
        try result.get()
    }

    private init(
        rules: [Rule], groups: [TargetGroupConfiguration], settings: DataPlaneSettings, connectTimeout: Duration
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let balancer: LoadBalancerARN = "arn:lb"
        let configuration = DataPlaneConfiguration(
            version: 1, loadBalancer: balancer, dnsName: "lb.example.com", settings: settings,
            listeners: [ListenerConfiguration(arn: "arn:l", port: 80, protocol: .http, rules: rules)],
            targetGroups: Dictionary(uniqueKeysWithValues: groups.map { ($0.arn, $0) }))
        node = LoadBalancerNode(
            number: 0, router: RequestRouter(seed: 7, cookieKey: CookieKey(seed: 7)), configuration: configuration)
        workers = ProxyWorkers(group: group)
        let log = self.log
        let environment = ProxyEnvironment(
            now: { Self.time }, dialer: { $0 }, observer: { log.record($0) }, connectTimeout: connectTimeout)
        let context = ListenerContext(
            loadBalancer: balancer, listener: "arn:l", port: 80, nodes: [node], environment: environment)
        socket = try await ListenerSocket.open(
            host: "127.0.0.1", ports: [0], context: context, workers: workers, group: group)
        client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    }

    /// Sends a request and reads the whole answer.
    func send(
        _ method: HTTPMethod = .GET, _ path: String = "/", headers: HTTPHeaders = [:], body: String? = nil
    ) async throws -> (status: Int, headers: HTTPHeaders, body: String) {
        var request = HTTPClientRequest(url: "http://\(socket.address)\(path)")
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return (Int(response.status.code), response.headers, String(buffer: bytes))
    }

    /// Sends bytes and reads until the other side closes or `until` has been received.
    func exchange(_ text: String, until: String? = nil) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: socket.address.host, port: socket.address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            for try await buffer in inbound {
                received += String(buffer: buffer)
                if let until, received.contains(until) { break }
            }
            return received
        }
    }

    /// Waits until `condition` holds, at most 5 s.
    func eventually(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return condition()
    }
}

/// A default rule which forwards with weights.
func forward(_ weights: [(TargetGroupARN, Int)], stickySeconds: Int? = nil) -> Rule {
    let groups = weights.map { WeightedTargetGroup(arn: $0.0, weight: $0.1) }
    let stickiness = stickySeconds.map { TargetGroupStickiness(isEnabled: true, durationSeconds: $0) }
    return Rule(
        arn: "arn:rule:default", priority: .last,
        actions: [.forward(ForwardAction(targetGroups: groups, stickiness: stickiness))])
}

/// A group of healthy targets.
func group(_ arn: TargetGroupARN, _ targets: [TargetAddress]) -> TargetGroupConfiguration {
    TargetGroupConfiguration(arn: arn, targets: targets.map { RoutableTarget($0, .healthy) })
}

/// The event loops that tests share.
enum MultiThreadedEventLoopGroupProvider {
    static var group: any EventLoopGroup { MultiThreadedEventLoopGroup.singleton }
}

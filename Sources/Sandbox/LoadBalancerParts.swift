import ALBDataPlane
import ControllerRuntime
import ELBEndpoint
import ELBModel
import KubernetesClient
import LoadBalancerState
import Logging
import NIOPosix
import RequestRouting

/// ELBv2, its endpoint and the data plane of its load balancers, wired together and not yet running.
final class LoadBalancerParts: Sendable {
    private let balancers: LoadBalancerStore
    private let endpoint: ELBEndpoint
    private let dataPlane: ALBDataPlane
    private let control: ControlEndpoint?
    private let port = FirstValue<Int>()
    private let controlPort = FirstValue<Int>()
    private let logger: Logger

    /// - Parameter translation: where the targets that are pods are on the wire.
    init(
        _ balancers: LoadBalancerStore, settings: LoadBalancingSettings, translation: PodAddressTranslation,
        logger: Logger
    ) {
        self.balancers = balancers
        self.logger = logger
        endpoint = ELBEndpoint(
            store: balancers, settings: Self.endpoint(settings), logger: logger,
            onListening: { [port] in port.set($0) })
        var plane = ALBDataPlane.Settings()
        plane.seed = settings.seed
        let traffic = settings.controlPort.map { _ in TrafficLog() }
        dataPlane = ALBDataPlane(
            store: balancers, settings: plane, group: MultiThreadedEventLoopGroup.singleton,
            dialer: { translation.wireAddress(of: $0) }, observer: { traffic?.record($0) }, logger: logger)
        control = Self.control(of: balancers, traffic, settings, listening: controlPort, logger: logger)
    }

    /// What has to run, each until cancelled.
    var services: [@Sendable () async throws -> Void] {
        var services: [@Sendable () async throws -> Void] = [
            { [endpoint, logger] in try await ServerTask(logger: logger, server: { try await endpoint.run() }).run() },
            { [dataPlane] in try await dataPlane.run() },
        ]
        if let control {
            services.append { [logger] in
                try await ServerTask(logger: logger, server: { try await control.run() }).run()
            }
        }
        return services
    }

    /// The `host:port` of the ELBv2 endpoint, once it listens.
    func address() async throws -> String {
        let port = try await port.value()
        return "127.0.0.1:\(port)"
    }

    /// The `host:port` of the control endpoint, once it listens; `nil` when there is none.
    func controlAddress() async throws -> String? {
        guard control != nil else { return nil }
        let port = try await controlPort.value()
        return "127.0.0.1:\(port)"
    }

    /// The control endpoint, where there is a log of traffic to show.
    private static func control(
        of balancers: LoadBalancerStore, _ traffic: TrafficLog?, _ settings: LoadBalancingSettings,
        listening: FirstValue<Int>, logger: Logger
    ) -> ControlEndpoint? {
        guard let traffic else { return nil }
        return ControlEndpoint(
            store: balancers, traffic: shown(traffic), port: settings.controlPort ?? 0, logger: logger,
            onListening: { listening.set($0) })
    }

    private static func shown(_ log: TrafficLog) -> ControlEndpoint.Traffic {
        ControlEndpoint.Traffic(
            accessLog: { log.latest(TrafficLog.recordsMax).map(\.line) },
            metrics: {
                log.metrics.counts.sorted { $0.key < $1.key }.map { key, count in
                    ControlEndpoint.TrafficMetric(
                        name: key.name, loadBalancer: key.loadBalancer, targetGroup: key.targetGroup, count: count)
                }
            })
    }

    /// The load balancers and where their listeners can be connected to, by name.
    func loadBalancers() -> [SandboxLoadBalancer] {
        dataPlane.served.map { served in
            SandboxLoadBalancer(
                name: served.name, arn: served.arn.rawValue, dnsName: served.dnsName,
                listeners: served.listeners.map { listener in
                    SandboxLoadBalancer.Listener(
                        port: listener.port, protocol: listener.protocol.rawValue,
                        address: listener.address.map { "\($0)" })
                })
        }.sorted { $0.name < $1.name }
    }

    /// The addresses to which some node of some load balancer would route a new request now, sorted.
    func reachableAddresses() -> [String] {
        balancers.read { state, now in
            var result: Set<String> = []
            for balancer in state.allLoadBalancers {
                for node in 0..<state.configuration.nodes {
                    guard let view = state.dataPlane(of: balancer.arn, node: node, now: now) else { continue }
                    result.formUnion(view.reachableAddresses)
                }
            }
            return result.sorted()
        }
    }
}

extension LoadBalancerParts {
    /// How ELBv2 behaves by these settings.
    static func configuration(_ settings: LoadBalancingSettings) -> LoadBalancerConfiguration {
        var configuration = LoadBalancerConfiguration()
        configuration.region = settings.region
        configuration.vpcID = settings.vpcID
        configuration.subnets = settings.subnets.enumerated().map { index, id in
            Subnet(id: id, zoneSuffix: ["a", "b", "c", "d"][index % 4])
        }
        configuration.provisioningDelay = settings.provisioningDelay
        configuration.propagationDelay = .zero...settings.propagationDelay
        configuration.isThrottling = settings.isThrottling
        if let delay = settings.deregistrationDelay {
            configuration.deregistrationDelaySeconds = Int(delay.components.seconds)
        }
        return configuration
    }

    private static func endpoint(_ settings: LoadBalancingSettings) -> ELBEndpoint.Settings {
        var endpoint = ELBEndpoint.Settings()
        endpoint.port = settings.port
        endpoint.latency = settings.awsLatency
        return endpoint
    }
}

/// A load balancer as the users of an embedded ELBv2 see it.
package struct SandboxLoadBalancer: Equatable, Sendable {
    package struct Listener: Equatable, Sendable {
        package var port: Int
        package var `protocol`: String
        /// `host:port` to connect to; `nil` while it is not served.
        package var address: String?

        package init(port: Int, protocol: String, address: String? = nil) {
            self.port = port
            self.protocol = `protocol`
            self.address = address
        }
    }

    package var name: String
    package var arn: String
    package var dnsName: String
    package var listeners: [Listener]

    package init(name: String, arn: String, dnsName: String, listeners: [Listener]) {
        self.name = name
        self.arn = arn
        self.dnsName = dnsName
        self.listeners = listeners
    }
}

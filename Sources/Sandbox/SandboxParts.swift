import ALBDataPlane
import APIServer
import ClusterPlanning
import ClusterState
import ControllerRuntime
import ELBEndpoint
import ELBModel
import KubernetesClient
import KubernetesModel
import LoadBalancerState
import Logging
import NIOPosix
import Planning
import RequestRouting

/// The parts of a sandbox, wired together and not yet running.
final class SandboxParts: Sendable {
    static let accessKeyID = ELBEndpoint.Settings.sandboxAccessKeyID
    static let secretAccessKey = ELBEndpoint.Settings.sandboxSecretAccessKey
    static let nodeCount = 2

    private let balancers: LoadBalancerStore
    private let server: APIServer
    private let endpoint: ELBEndpoint
    private let dataPlane: ALBDataPlane
    private let node: NodeAgent
    private let builtIns: BuiltInControllers
    private let kubernetesAddress = FirstValue<APIServer.Address>()
    private let elbPort = FirstValue<Int>()
    private let logger: Logger
    private let cluster: KeptCluster

    /// - Parameter nodeNumbers: determine the addresses of the nodes' pods.
    /// - Throws: `JournalFailure` when the folder of the settings cannot be used.
    init(settings: SandboxSettings, nodeNumbers: [UInt8], translation: PodAddressTranslation, logger: Logger) throws {
        self.logger = logger
        let clock = WallClock().runtime
        let group = MultiThreadedEventLoopGroup.singleton
        cluster = try KeptCluster(
            folder: settings.dataFolder, makeNew: { ClusterState(now: clock.now(), seed: settings.seed) },
            now: clock.now, logger: logger)
        let api = StoreAPI(cluster.store)
        let state = LoadBalancerState(configuration: Self.loadBalancing(settings), seed: settings.seed)
        balancers = LoadBalancerStore(state: state, now: clock.now)
        node = NodeAgent(
            settings: .nodes(numbers: nodeNumbers, region: settings.region), api: api, clock: clock, group: group,
            translation: translation, logger: logger)
        server = APIServer(
            store: cluster.store, address: APIServer.Address(port: settings.kubernetesPort), podLogs: node.logs,
            yaml: Self.readYAML, now: clock.now, logger: logger,
            onListening: { [kubernetesAddress] in kubernetesAddress.set($0) })
        endpoint = ELBEndpoint(
            store: balancers, settings: Self.endpoint(settings), logger: logger,
            onListening: { [elbPort] in elbPort.set($0) })
        var plane = ALBDataPlane.Settings()
        plane.seed = settings.seed
        dataPlane = ALBDataPlane(
            store: balancers, settings: plane, group: group, dialer: { translation.wireAddress(of: $0) },
            logger: logger)
        builtIns = BuiltInControllers(api: api, clock: clock, logger: logger, isScheduling: true)
    }

    /// What has to run, each until cancelled.
    var services: [@Sendable () async throws -> Void] {
        [
            { [server, logger] in try await ServerTask(logger: logger, server: { try await server.run() }).run() },
            { [endpoint, logger] in try await ServerTask(logger: logger, server: { try await endpoint.run() }).run() },
            { [dataPlane] in try await dataPlane.run() },
            { [node] in await node.run() },
            { [builtIns] in await builtIns.run() },
        ] + cluster.services
    }

    /// The `host:port` of both endpoints, once they listen.
    func addresses() async throws -> (kubernetes: String, elb: String) {
        let kubernetes = try await kubernetesAddress.value()
        let port = try await elbPort.value()
        return ("\(kubernetes)", "127.0.0.1:\(port)")
    }

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

extension SandboxParts {
    private static func loadBalancing(_ settings: SandboxSettings) -> LoadBalancerConfiguration {
        var configuration = LoadBalancerConfiguration()
        configuration.region = settings.region
        configuration.vpcID = settings.vpcID
        configuration.subnets = settings.subnets.enumerated().map { index, id in
            Subnet(id: id, zoneSuffix: ["a", "b", "c", "d"][index % 4])
        }
        configuration.provisioningDelay = settings.provisioningDelay
        configuration.propagationDelay = .zero...settings.propagationDelay
        if let delay = settings.deregistrationDelay {
            configuration.deregistrationDelaySeconds = Int(delay.components.seconds)
        }
        return configuration
    }

    private static func endpoint(_ settings: SandboxSettings) -> ELBEndpoint.Settings {
        var endpoint = ELBEndpoint.Settings()
        endpoint.port = settings.elbPort
        endpoint.latency = settings.awsLatency
        return endpoint
    }

    static let readYAML: APIServer.YAMLReader = { text in
        let documents = try YAMLDocuments.parse(text)
        guard let document = documents.first, documents.count == 1 else {
            throw KubernetesFailure.badRequest("the body holds \(documents.count) YAML documents; send one per request")
        }
        return document
    }
}

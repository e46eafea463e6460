import APIServer
import ClusterPlanning
import ClusterState
import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Logging
import NIOPosix
import Planning
import RequestRouting

/// The parts of a sandbox, wired together and not yet running.
final class SandboxParts: Sendable {
    static let nodeCount = 2

    let balancing: LoadBalancerParts
    private let server: APIServer
    private let node: NodeAgent
    private let builtIns: BuiltInControllers
    private let world: KeptWorld
    private let kubernetesAddress = FirstValue<APIServer.Address>()
    private let logger: Logger

    /// - Parameter nodeNumbers: determine the addresses of the nodes' pods.
    init(
        _ world: KeptWorld, settings: SandboxSettings, nodeNumbers: [UInt8], translation: PodAddressTranslation,
        logger: Logger
    ) {
        self.world = world
        self.logger = logger
        let clock = WallClock().runtime
        let group = MultiThreadedEventLoopGroup.singleton
        let api = StoreAPI(world.cluster.store)
        balancing = LoadBalancerParts(
            world.balancers.store, settings: settings.loadBalancing, translation: translation, logger: logger)
        node = NodeAgent(
            settings: .nodes(numbers: nodeNumbers, region: settings.loadBalancing.region), api: api, clock: clock,
            group: group, translation: translation, logger: logger)
        server = APIServer(
            store: world.cluster.store, address: APIServer.Address(port: settings.kubernetesPort), podLogs: node.logs,
            yaml: Self.readYAML, now: clock.now, logger: logger,
            onListening: { [kubernetesAddress] in kubernetesAddress.set($0) })
        world.cluster.store.callWebhooks(
            by: WebhookClient { address in
                let wire = translation.wireAddress(of: TargetAddress(host: address.host, port: address.port))
                return WebhookEndpoint.Address(host: wire.host, port: wire.port)
            })
        builtIns = BuiltInControllers(api: api, clock: clock, logger: logger, isScheduling: true)
    }

    /// What has to run, each until cancelled.
    var services: [@Sendable () async throws -> Void] {
        let own: [@Sendable () async throws -> Void] = [
            { [server, logger] in try await ServerTask(logger: logger, server: { try await server.run() }).run() },
            { [node] in await node.run() },
            { [builtIns] in await builtIns.run() },
        ]
        return balancing.services + world.services + own
    }

    /// The `host:port` of both endpoints, once they listen.
    func addresses() async throws -> (kubernetes: String, elb: String) {
        let kubernetes = try await kubernetesAddress.value()
        return ("\(kubernetes)", try await balancing.address())
    }
}

extension SandboxParts {
    static let readYAML: APIServer.YAMLReader = { text in
        let documents = try YAMLDocuments.parse(text)
        // Of several documents a real server takes the first.
        guard let document = documents.first else {
            throw KubernetesFailure.badRequest("the body holds no YAML document")
        }
        return document
    }
}

package import ArgumentParser
import KubernetesClient
import KubernetesModel
import Logging
import Sandbox

/// `weir node`: plays nodes for any cluster and runs the pods bound to them, until Ctrl-C.
package struct NodeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Play nodes for a cluster and run their pods as HTTP servers on loopback, until Ctrl-C.",
        discussion: """
            The cluster is found like kubectl finds it: --kubeconfig, KUBECONFIG, ~/.kube/config. Pods get addresses \
            10.244.x.y and listen at 127.244.x.y; only `weir load-balancer` on the same machine dials them there. A \
            node that is started again plays the nodes and pods that it had. There is no kubelet to ask: `kubectl \
            logs`, `exec` and `port-forward` do not find the nodes.
            """)

    @Option(help: "The kubeconfig file to use.")
    var kubeconfig: String?

    @Option(help: "How many nodes, 1 to 50.")
    var nodes = 2

    @Option(help: "The nodes' names begin with this; two programs on one cluster need different ones.")
    var namePrefix = "node"

    @Flag(help: "Bind pods to nodes too: for a cluster without a scheduler.")
    var schedule = false

    @Option(help: "How long a pod takes from its binding to its start.")
    var podCreation: DurationArgument = "200ms"

    @Option(help: "How often the nodes renew their Leases; a real node controller takes them for lost after 40s.")
    var heartbeat: DurationArgument = "10s"

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func validate() throws {
        guard (1...NodeProgram.countMax).contains(nodes) else {
            throw ValidationError("--nodes is \(nodes); give 1 to \(NodeProgram.countMax).")
        }
        guard heartbeat.duration >= .seconds(1) else {
            throw ValidationError("--heartbeat is \(heartbeat.duration); give at least 1s.")
        }
        if let problem = NamespaceRule.problem(with: namePrefix) {
            throw ValidationError("--name-prefix: \(problem).")
        }
    }

    package func run() async throws {
        let logger = logging.makeLogger("weir.node", level: .warning)
        let configuration = try ConfigurationLoader().load(path: kubeconfig)
        try await Program.run(logger: logger) {
            let client = try KubernetesHTTPClient(configuration, logger: logger)
            do {
                let program = NodeProgram(
                    settings: settings, api: client, clock: WallClock().runtime, logger: logger)
                try await program.run { started in
                    let places = started.nodes.map {
                        "\($0.name) (pods 10.244.\($0.number).y at 127.244.\($0.number).y)"
                    }
                    StandardStream.error.line(
                        "Kubernetes  \(configuration.server)\nNodes       \(places.joined(separator: ", "))\n"
                            + "Ctrl-C ends it; the nodes stay registered.")
                }
                try await client.shutdown()
            } catch {
                try await client.shutdown()
                throw error
            }
        }
        StandardStream.error.line("stopped")
    }

    private var settings: NodeProgram.Settings {
        var settings = NodeProgram.Settings()
        settings.count = nodes
        settings.prefix = namePrefix
        settings.creation = podCreation.duration
        settings.heartbeat = heartbeat.duration
        settings.schedules = schedule
        return settings
    }
}

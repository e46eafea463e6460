package import ArgumentParser
import ControllerRuntime
import KubernetesClient
import Logging
import Sandbox

/// `weir api-server`: the embedded API server alone, until Ctrl-C.
package struct APIServerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "api-server",
        abstract: "Run the embedded Kubernetes API server alone, until Ctrl-C.",
        discussion: """
            Without --controllers nothing acts on its objects: what is written stays as it is. With it, the
            controllers of a kube-controller-manager act on them. No nodes run its pods, and nothing schedules them.
            """)

    @Option(help: "The port to listen at on 127.0.0.1; 0 picks a free one.")
    var port = 0

    @Option(help: "Where to write a kubeconfig when the server can be reached.")
    var writeKubeconfig: String?

    @Option(help: "A folder that keeps all objects across restarts; a write is on the disk before it is answered.")
    var dataDir: String?

    @Option(help: "How long a client may take to send the body of a request, or to read what fills its connection.")
    var clientTimeout: DurationArgument = "60s"

    @Option(help: "Determines ids and generated names.")
    var seed: UInt64 = 1

    @Flag(help: "Run the controllers of a cluster: ReplicaSets, Jobs, Endpoints, garbage collection and the like.")
    var controllers = false

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port is \(port); give a port from 1 to 65535, or 0 for a free one.")
        }
    }

    package func run() async throws {
        let logger = logging.makeLogger("weir.api-server", level: .warning)
        try await Program.run(logger: logger) {
            try await StandaloneAPIServer.withRunning(
                port: port, seed: seed, dataFolder: dataDir, hasControllers: controllers,
                clientTimeout: clientTimeout.duration, logger: logger
            ) { server in
                if let writeKubeconfig {
                    try AtomicFile.write(server.kubeconfig, to: writeKubeconfig, mode: 0o600)
                }
                StandardStream.output.line(server.url)
                while true { try await WallClock().runtime.sleep(.seconds(3600)) }
            }
        }
        StandardStream.error.line("stopped")
    }
}

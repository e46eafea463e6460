package import ArgumentParser
import ControllerRuntime
import FoundationEssentials
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import Sandbox

/// `weir sandbox`: an API server, ELBv2, an ALB and a node in one process, until Ctrl-C.
package struct SandboxCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run an empty cluster with an ELBv2 endpoint and a working ALB, until Ctrl-C.",
        discussion: """
            Use kubectl with the kubeconfig that is written, the AWS CLI with --endpoint-url, and curl against the \
            addresses in the state file.
            """)

    @Option(help: "Where to write the kubeconfig when everything is ready.")
    var kubeconfig: String?

    @Option(help: "A JSON file that always shows what is reachable where; written when ready and on every change.")
    var stateFile: String?

    @Option(help: "The API server's port; 0 picks a free one.")
    var kubernetesPort = 0

    @Option(
        help: """
            A folder that keeps Kubernetes objects and load balancers across restarts. A write or an AWS call is on \
            the disk before it is answered.
            """)
    var dataDir: String?

    @Flag(help: "Leave Weir's controllers out.")
    var noControllers = false

    @OptionGroup var balancing: LoadBalancingOptions

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func validate() throws {
        guard (0...65_535).contains(kubernetesPort) else {
            throw ValidationError(
                "--kubernetes-port is \(kubernetesPort); give a port from 1 to 65535, or 0 for a free one.")
        }
    }

    package func run() async throws {
        let logger = logging.makeLogger("weir.sandbox", level: .warning)
        try await Program.run(logger: logger) {
            try await Sandbox.withRunning(settings, logger: logger) { sandbox in
                if noControllers {
                    try await serve(sandbox)
                } else {
                    try await SandboxControllers.run(in: sandbox, logger: logger) { try await serve(sandbox) }
                }
            }
        }
        StandardStream.error.line("stopped")
    }

    private var settings: SandboxSettings {
        var settings = SandboxSettings()
        settings.kubernetesPort = kubernetesPort
        settings.seed = balancing.seed
        settings.dataFolder = dataDir
        settings.loadBalancing = balancing.settings
        return settings
    }

    private func serve(_ sandbox: Sandbox) async throws {
        if let kubeconfig { try AtomicFile.write(sandbox.kubeconfig, to: kubeconfig, mode: 0o600) }
        let kubectl = kubeconfig.map { "kubectl --kubeconfig \($0) get all" }
        let kept = dataDir.map { "objects and load balancers are kept in \($0)" } ?? "nothing is kept"
        let lines = [
            "Kubernetes  \(sandbox.kubernetesURL)   \(kubectl ?? "(write a kubeconfig with --kubeconfig)")",
            LoadBalancerCommand.usage(of: sandbox.elb),
            "Ready. Ctrl-C ends it; \(kept).",
        ]
        StandardStream.error.line(lines.joined(separator: "\n"))
        try await StateFile(path: stateFile).follow { SandboxStateFile.document(of: sandbox) }
    }
}

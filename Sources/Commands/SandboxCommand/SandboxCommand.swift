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

    @Option(help: "The ELBv2 endpoint's port; 0 picks a free one.")
    var elbPort = 0

    @Option(
        help: """
            A folder that keeps the API server's objects across restarts; load balancers are made anew from them. A \
            write is on the disk before it is answered.
            """)
    var dataDir: String?

    @Flag(help: "Leave Weir's controllers out.")
    var noControllers = false

    @Option(help: "How long each ELBv2 call takes, such as 50ms or 1s.")
    var awsLatency: DurationArgument = "0s"

    @Option(help: "How long the load balancer's nodes may go on with former rules and targets.")
    var propagationDelay: DurationArgument = "1s"

    @Option(help: "The deregistration delay of target groups that do not set theirs. (default: 300s)")
    var deregistrationDelay: DurationArgument?

    @Option(help: "Determines ids, generated names and the load balancer's draws.")
    var seed: UInt64 = 1

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func validate() throws {
        for (option, port) in [("--kubernetes-port", kubernetesPort), ("--elb-port", elbPort)]
        where !(0...65_535).contains(port) {
            throw ValidationError("\(option) is \(port); give a port from 1 to 65535, or 0 for a free one.")
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
        settings.elbPort = elbPort
        settings.awsLatency = awsLatency.duration
        settings.propagationDelay = propagationDelay.duration
        settings.deregistrationDelay = deregistrationDelay?.duration
        settings.seed = seed
        settings.dataFolder = dataDir
        return settings
    }

    private func serve(_ sandbox: Sandbox) async throws {
        if let kubeconfig { try AtomicFile.write(sandbox.kubeconfig, to: kubeconfig, mode: 0o600) }
        let kubectl = kubeconfig.map { "kubectl --kubeconfig \($0) get all" }
        let lines = [
            "Kubernetes  \(sandbox.kubernetesURL)   \(kubectl ?? "(write a kubeconfig with --kubeconfig)")",
            "ELBv2       \(sandbox.elbURL)   AWS_ACCESS_KEY_ID=\(sandbox.accessKeyID) "
                + "AWS_SECRET_ACCESS_KEY=\(sandbox.secretAccessKey) aws --region \(sandbox.settings.region) "
                + "--endpoint-url \(sandbox.elbURL) elbv2 describe-load-balancers",
            "Ready. Ctrl-C ends it; \(dataDir.map { "the API server's objects are kept in \($0)" } ?? "nothing is kept").",
        ]
        StandardStream.error.line(lines.joined(separator: "\n"))
        var written = ""
        while !Task.isCancelled {
            let state = SandboxStateFile.document(of: sandbox).prettyText
            if let stateFile, state != written {
                try AtomicFile.write(state + "\n", to: stateFile, mode: 0o644)
                written = state
            }
            do { try await WallClock().runtime.sleep(.milliseconds(100)) } catch { return }
        }
    }
}

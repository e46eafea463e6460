package import ArgumentParser
import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import NIOCore
import Sandbox
import Synchronization

extension DemoScenario: ExpressibleByArgument {}

/// `weir demo`: a canary through a real ALB data plane, on this machine, with traffic.
package struct DemoCommand: AsyncParsableCommand {
    /// How the summary is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    package static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch an update go through an embedded ALB under traffic, without losing a request.",
        discussion: """
            Starts an API server, an ELBv2 endpoint, an ALB and a node in this process, starts Weir's controllers \
            against them, applies the manifests, sends traffic through the load balancer, plays the scenario and \
            judges what happened. With --load-balancer-state all of that is elsewhere and running already: the cluster \
            of the kubeconfig, with `weir node`, `weir load-balancer` and `weir controller`. Exit status 0: everything \
            was as promised; 1: it was not, and the summary says what.
            """)

    @Option(
        help: "What to play: \(DemoScenario.allCases.map(\.rawValue).joined(separator: ", ")).")
    var scenario: DemoScenario = .canary

    @Option(help: "Requests per second, 1 to 2000.")
    var rate = 200

    @Option(help: "Determines ids, generated names and the load balancer's draws.")
    var seed: UInt64 = 1

    @Option(help: "The folder with the manifests. (default: the scenario's own, in examples/)")
    var manifests: String?

    @Option(help: "The image to update to. (default: the Rollout's own with tag 2.0)")
    var image: String?

    @Option(help: "text, or json for one document on stdout.")
    var format: Format = .text

    @Option(help: "Play in the cluster of this kubeconfig; needs --load-balancer-state.")
    var kubeconfig: String?

    @Option(help: "The state file of the `weir load-balancer` that the cluster's controllers use.")
    var loadBalancerState: String?

    @Flag(help: "Leave everything up after the summary, until Ctrl-C.")
    var keep = false

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func validate() throws {
        guard (1...2_000).contains(rate) else {
            throw ValidationError("--rate is \(rate); give 1 to 2000 requests per second.")
        }
        guard kubeconfig == nil || loadBalancerState != nil else {
            throw ValidationError("--kubeconfig needs --load-balancer-state: requests go to the load balancers there.")
        }
    }

    package func run() async throws {
        let manifests = try DemoManifests(folder: manifests ?? scenario.manifests)
        let logger = logging.makeLogger("weir.demo", level: .error)
        let outcome = Mutex<DemoReport?>(nil)
        try await Program.run(logger: logger) {
            let report = try await demonstrate(manifests, logger: logger)
            outcome.withLock { $0 = report }
        }
        guard let report = outcome.withLock({ $0 }) else {
            StandardStream.error.line("interrupted")
            throw ExitCode(130)
        }
        if !report.isSuccess { throw ExitCode(1) }
    }

    private func demonstrate(_ manifests: DemoManifests, logger: Logger) async throws -> DemoReport {
        if let loadBalancerState {
            let place = try DemoPlace(kubeconfig: kubeconfig, stateFile: loadBalancerState)
            return try await play(manifests, at: place, logger: logger)
        }
        var settings = SandboxSettings()
        settings.seed = seed
        settings.loadBalancing.seed = seed
        return try await Sandbox.withRunning(settings, logger: logger) { sandbox in
            try await SandboxControllers.run(in: sandbox, logger: logger) {
                let report = try await play(manifests, at: DemoPlace(sandbox), logger: logger)
                if keep { try await linger(sandbox) }
                return report
            }
        }
    }

    private func play(_ manifests: DemoManifests, at place: DemoPlace, logger: Logger) async throws -> DemoReport {
        let startedAt = WallClock().now
        let client = try KubernetesHTTPClient(place.kubernetes, logger: logger)
        let http = Self.makeTrafficClient()
        let run = DemoRun(
            scenario: scenario, manifests: manifests, image: image, rate: rate, seed: seed,
            place: place, client: client, http: http, progress: format == .json ? .error : .output,
            startedAt: startedAt)
        let result = await withTaskCancellationHandler {
            await Result { try await run.run() }
        } onCancel: {
            // Requests under way would otherwise try to reach the load balancer until they time out.
            Task { try? await http.shutdown() }
        }
        try await client.shutdown()
        if !Task.isCancelled { try await http.shutdown() }
        let report = try result.get()
        show(report, since: startedAt)
        return report
    }

    private func show(_ report: DemoReport, since start: Timestamp) {
        switch format {
        case .text: StandardStream.output.line(report.text(since: start))
        case .json: StandardStream.output.line(report.document.prettyText)
        }
    }

    private func linger(_ sandbox: Sandbox) async throws {
        let places = "Kubernetes at \(sandbox.kubernetesURL), ELBv2 at \(sandbox.elb.url)"
        StandardStream.error.line("Still up until Ctrl-C: \(places)")
        while !Task.isCancelled {
            do { try await WallClock().runtime.sleep(.seconds(3_600)) } catch { return }
        }
    }

    private static func makeTrafficClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.timeout.connect = .seconds(5)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

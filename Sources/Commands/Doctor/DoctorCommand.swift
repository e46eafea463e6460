import ArgumentParser
import AWSClient
import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging

/// `weir doctor`: whether cluster and AWS let the controllers do their work, and what to do when they do not.
struct DoctorCommand: AsyncParsableCommand {
    /// How the findings are printed.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine what Weir needs of the cluster and of AWS.",
        discussion: """
            Looks at region, credentials, identity, permissions and tags, and at API versions, definitions and rights. \
            Nothing is changed: permissions to change something are tried on resources that do not exist. The exit \
            code is 1 when something is missing that Weir needs.
            """)

    @Option(name: .shortAndLong, help: "text or json.")
    var output = Output.text

    @Option(help: "The AWS region.")
    var awsRegion: String?

    @Option(
        name: .customLong("aws-endpoint-url"), help: "The ELBv2 endpoint to use instead of the region's.")
    var awsEndpointURL: String?

    @Option(help: "The controller's --cluster-name.")
    var clusterName = "weir"

    @Flag(name: .customLong("no-aws"), help: "Examine the cluster only.")
    var noAWS = false

    @Flag(name: .customLong("no-kubernetes"), help: "Examine AWS only.")
    var noKubernetes = false

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        var report = DoctorReport()
        let logger = client.makeLogger()
        if !noKubernetes { report.findings += try await kubernetes(logger) }
        if !noAWS { report.findings += try await aws(logger) }
        switch output {
        case .text: StandardStream.output.line(report.text)
        case .json: StandardStream.output.line(report.document.prettyText)
        }
        if report.hasFailed { throw ExitCode(1) }
    }

    private func kubernetes(_ logger: Logger) async throws -> [DoctorReport.Finding] {
        let configuration: ClientConfiguration
        do {
            configuration = try client.configuration()
        } catch {
            return [
                .init(
                    area: "kubernetes", point: "configuration", outcome: .failed, detail: "\(error)",
                    remedy: "Give --kubeconfig, or set KUBECONFIG.")
            ]
        }
        let api = try KubernetesHTTPClient(configuration, rules: SendingRules(), logger: logger)
        let examination = ClusterExamination(
            api: api, namespace: client.namespace, electionNamespace: configuration.namespace)
        let findings = await examination.run()
        try await api.shutdown()
        return findings
    }

    private func aws(_ logger: Logger) async throws -> [DoctorReport.Finding] {
        let http = HTTPClientTransport.makeClient()
        let findings = await AWSExamination.make(
            AWSOptions(region: awsRegion, endpointURL: awsEndpointURL), host: .withCommands,
            transport: HTTPClientTransport(client: http), clusterName: clusterName, triesChanges: true, logger: logger
        ).run()
        try await http.shutdown()
        return findings
    }
}

extension AWSExamination {
    /// One with a client of its own, that gives up soon.
    static func make(
        _ options: AWSOptions, host: HostEnvironment, transport: HTTPClientTransport, clusterName: String,
        triesChanges: Bool, logger: Logger
    ) -> AWSExamination {
        AWSExamination(
            options: options, host: host, transport: transport, clock: WallClock().runtime, clusterName: clusterName,
            triesChanges: triesChanges
        ) { configuration in
            ELBClient(
                configuration: configuration, host: host, transport: transport, retry: RetryPolicy(attemptsMax: 2),
                clock: WallClock().runtime, logger: logger)
        }
    }
}

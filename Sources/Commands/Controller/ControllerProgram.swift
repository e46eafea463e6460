import AWSClient
import AsyncHTTPClient
import ControllerRuntime
import IngressPlanning
import KubernetesClient
import KubernetesModel
package import Logging
import Operations
import Planning
import RolloutPlanning

/// Weir's two controllers, connected to one API server and one AWS endpoint: what `weir controller` runs, and what the
/// sandbox and the demonstration start.
package struct ControllerProgram: Sendable {
    /// How long the plans in hand have, once the program is asked to end.
    static let drainLimit = Duration.seconds(15)
    /// The longest time from a request to end to the end.
    package static let shutdownLimit = Duration.seconds(28)

    package var options: ControllerOptions
    package var logger: Logger

    package init(options: ControllerOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Runs until the task is cancelled, or until `stop` returns; then no more work is begun, what is in hand is
    /// finished, and the lease is given up.
    ///
    /// - Throws: `ConfigurationError` or `AWSConfigurationProblem` when it cannot know where to connect;
    ///   `OperationsListenFailure` when probes and metrics cannot be served.
    package func run(until stop: @escaping @Sendable () async throws -> Void = ControllerProgram.never) async throws {
        let configuration = try options.kubernetes ?? ConfigurationLoader().load(path: options.kubeconfig)
        let host = options.host()
        let namespace = options.isNamespaced ? configuration.namespace : options.namespace
        let candidacy = try makeCandidacy(configuration, host: host, namespace: namespace)
        let rules = candidacy?.rules ?? SendingRules()
        let client = try KubernetesHTTPClient(configuration, rules: rules, logger: logger)
        let http = HTTPClientTransport.makeClient(prepare: candidacy.map { $0.rules.prepareForWrites })
        let transport = HTTPClientTransport(client: http)
        let found = await Result {
            try await AWSConfiguration.load(options: options.awsOptions, host: host, transport: transport)
        }
        guard case .success(let aws) = found else {
            try await client.shutdown()
            try await http.shutdown()
            try await candidacy?.client.shutdown()
            _ = try found.get()
            return
        }
        let pacer = CallPacer(budget: options.callBudget, clock: WallClock().runtime)
        let elb = ELBClient(
            configuration: aws, host: host, transport: transport, clock: WallClock().runtime,
            leadership: rules.leadership, pacer: pacer, userAgent: rules.userAgent, logger: logger)
        let runtime = ControllerRuntime(
            controllers: options.controllers(), settings: RuntimeSettings(namespace: namespace), api: client, elb: elb,
            clock: WallClock().runtime, leadership: rules.leadership, logger: logger)
        logger.info(
            "controllers started",
            metadata: [
                "kubernetes": "\(configuration.server)", "region": "\(aws.region)",
                "namespace": "\(namespace ?? "all")", "lease": "\(candidacy.map { "\($0.settings.lease)" } ?? "none")",
            ])
        let examination = StartupExamination(
            aws: AWSExamination(
                options: options.awsOptions, host: host, transport: transport, clock: WallClock().runtime,
                clusterName: options.clusterName, triesChanges: false, makeClient: { _ in elb }),
            cluster: ClusterExamination(
                api: client, namespace: namespace, electionNamespace: candidacy?.settings.lease.namespace),
            logger: logger)
        let webhook = options.webhook.map { settings in
            GateWebhook(
                settings: settings, ingress: options.ingressSettings, runtime: runtime, api: client,
                leadership: rules.leadership, namespace: configuration.namespace, logger: logger)
        }
        let result = await Result {
            try await run(runtime, candidacy, pacer, options.examinesAtStart ? examination : nil, webhook, until: stop)
        }
        try await client.shutdown()
        try await http.shutdown()
        try await candidacy?.client.shutdown()
        try result.get()
        logger.info("controllers stopped")
    }

    /// Waits until cancelled.
    @Sendable package static func never() async throws {
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }

    private enum End: Sendable {
        /// All plans in hand were carried out.
        case drained
        /// They were not, in the time they had.
        case interrupted
    }

    private func run(
        _ runtime: ControllerRuntime, _ candidacy: Candidacy?, _ pacer: CallPacer,
        _ examination: StartupExamination?, _ webhook: GateWebhook?,
        until stop: @escaping @Sendable () async throws -> Void
    ) async throws {
        let elector = candidacy.map { $0.makeElector(runtime, logger: logger) }
        let probes = ControllerProbes(
            runtime: runtime, leadership: candidacy?.rules.leadership ?? .alone, elector: elector, pacer: pacer,
            metrics: options.metrics)
        let servers = probes.servers(options.operations, logger: logger)
        let end = try await withThrowingTaskGroup(of: End?.self) { group in
            for server in servers {
                group.addTask {
                    try await server.run()
                    return nil
                }
            }
            if let webhook {
                group.addTask {
                    try await webhook.run()
                    return nil
                }
            }
            if let elector {
                group.addTask {
                    await elector.run()
                    return nil
                }
            }
            if let examination {
                group.addTask {
                    await examination.run()
                    return nil
                }
            }
            group.addTask {
                await runtime.run()
                return Task.isCancelled ? .interrupted : .drained
            }
            group.addTask {
                try await stop()
                runtime.drain()
                try await Task.sleep(for: Self.drainLimit)
                return .interrupted
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let end = result { return end }
            }
            return .interrupted
        }
        guard let elector else { return }
        switch end {
        case .drained: await elector.release()
        case .interrupted:
            // A write may still be on its way: the lease has to run out by itself.
            logger.warning("plans were interrupted, the lease is not released")
        }
    }
}

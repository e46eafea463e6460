import AWSClient
import AsyncHTTPClient
import ControllerRuntime
import IngressPlanning
import KubernetesClient
import KubernetesModel
package import Logging
import Planning
import RolloutPlanning

/// Weir's two controllers, connected to one API server and one AWS endpoint: what `weir controller` runs, and what the
/// sandbox and the demonstration start.
package struct ControllerProgram: Sendable {
    package var options: ControllerOptions
    package var logger: Logger

    package init(options: ControllerOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    ///
    /// - Throws: `ConfigurationError` or `AWSConfigurationProblem` when it cannot know where to connect.
    package func run() async throws {
        let configuration = try options.kubernetes ?? ConfigurationLoader().load(path: options.kubeconfig)
        let host = options.host()
        let aws = try AWSConfiguration(options: options.awsOptions, host: host)
        let client = try KubernetesHTTPClient(configuration, logger: logger)
        let http = HTTPClientTransport.makeClient()
        let elb = ELBClient(
            configuration: aws, host: host, transport: HTTPClientTransport(client: http), clock: WallClock().runtime,
            logger: logger)
        let namespace = options.isNamespaced ? configuration.namespace : options.namespace
        let settings = RuntimeSettings(namespace: namespace)
        let runtime = ControllerRuntime(
            controllers: options.controllers(), settings: settings, api: client, elb: elb,
            clock: WallClock().runtime, logger: logger)
        logger.info(
            "controllers started",
            metadata: [
                "kubernetes": "\(configuration.server)", "region": "\(aws.region)",
                "namespace": "\(namespace ?? "all")",
            ])
        await runtime.run()
        try await client.shutdown()
        try await http.shutdown()
        logger.info("controllers stopped")
    }
}

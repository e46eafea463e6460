import ControllerRuntime
import KubernetesModel
package import Logging
package import Sandbox

/// Weir's controllers beside a sandbox: the same program as `weir controller`, pointed at the sandbox's sockets.
package enum SandboxControllers {
    /// Runs the controllers while `body` runs.
    ///
    /// - Throws: what `body` throws, or what ended the controllers.
    package static func run<Value: Sendable>(
        in sandbox: Sandbox, logger: Logger, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let program = ControllerProgram(options: options(for: sandbox), logger: logger)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await program.run()
                return nil
            }
            group.addTask { try await body() }
            while let value = try await group.next() {
                guard let value else { continue }
                group.cancelAll()
                return value
            }
            throw CancellationError()
        }
    }

    private static func options(for sandbox: Sandbox) -> ControllerOptions {
        var options = ControllerOptions()
        options.kubernetes = sandbox.clientConfiguration
        let balancing = sandbox.elb.settings
        options.awsRegion = balancing.region
        options.awsEndpointURL = sandbox.elb.url
        options.environment = [
            "AWS_ACCESS_KEY_ID": EmbeddedELB.accessKeyID, "AWS_SECRET_ACCESS_KEY": EmbeddedELB.secretAccessKey,
        ]
        options.clusterName = sandbox.settings.clusterName
        options.vpcID = balancing.vpcID
        options.subnets = balancing.subnets
        if !balancing.isThrottling { options.callBudget = .unlimited }
        options.webhook = WebhookSettings(
            host: "127.0.0.1", port: 0, reachedAt: "127.0.0.1", namespace: "kube-system")
        options.settleTime = balancing.propagationDelay + .milliseconds(500)
        return options
    }
}

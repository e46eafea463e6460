package import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the body of a long-running command.
package enum Program {
    private struct Body: Service {
        var body: @Sendable () async throws -> Void

        func run() async throws {
            try await body()
        }
    }

    /// Runs `body` until it ends or SIGINT or SIGTERM arrives; then its task is cancelled and it has ten seconds.
    package static func run(logger: Logger, _ body: @escaping @Sendable () async throws -> Void) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: Body { try await cancelWhenGracefulShutdown { try await untilInterrupted(body) } },
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            ],
            gracefulShutdownSignals: [.sigint, .sigterm], logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Runs `body` until it ends. When SIGINT or SIGTERM arrives, what `body` is given returns, and `body` has `limit`
    /// to end by itself before its task is cancelled.
    package static func runUntilStopped(
        logger: Logger, within limit: Duration,
        _ body: @escaping @Sendable (_ stop: @escaping @Sendable () async throws -> Void) async throws -> Void
    ) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: Body { try await untilInterrupted { try await body { try await gracefulShutdown() } } },
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            ],
            gracefulShutdownSignals: [.sigint, .sigterm], logger: quiet)
        configuration.maximumGracefulShutdownDuration = limit
        try await ServiceGroup(configuration: configuration).run()
    }

    /// What fails because everything is being taken down is not worth a message.
    private static func untilInterrupted(_ body: @Sendable () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            guard Task.isCancelled else { throw error }
        }
    }
}

import Logging
import ServiceLifecycle

/// Runs a server; on cancellation it first stops to accept connections, and is cancelled shortly after.
///
/// A server that is cancelled at once drops connections which it has accepted and not yet begun to serve, and NIO ends
/// the program when such a connection is dropped.
struct ServerTask: Sendable {
    /// How long requests under way, such as watches, may take until they are cut off.
    private static let grace: Duration = .milliseconds(250)

    private struct Body: Service {
        let body: @Sendable () async throws -> Void

        func run() async throws {
            try await body()
        }
    }

    let logger: Logger
    let server: @Sendable () async throws -> Void

    /// Runs until the server ends or the task is cancelled.
    func run() async throws {
        var quiet = logger
        quiet.logLevel = .critical
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: Body(body: server), successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            ], logger: quiet)
        configuration.maximumGracefulShutdownDuration = Self.grace
        let group = ServiceGroup(configuration: configuration)
        // A task of its own, so that the cancellation does not reach the server before the shutdown does.
        let serving = Task { try await group.run() }
        do {
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw error
        }
    }
}

import AWSClient
import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Logging
import Operations

/// This process as one of several that may lead.
struct Candidacy: Sendable {
    var settings: ElectionSettings
    /// A connection of its own: renewals never wait behind other requests, and are not held back by themselves.
    var client: KubernetesHTTPClient
    /// For all other connections.
    var rules: SendingRules

    func makeElector(_ runtime: ControllerRuntime, logger: Logger) -> LeaderElector {
        LeaderElector(
            settings: settings, api: client, clock: WallClock().runtime, steady: SteadyClock.now,
            leadership: rules.leadership, logger: logger, changed: { _ in runtime.leadershipChanged() })
    }
}

extension ControllerProgram {
    /// `nil` without election.
    ///
    /// - Throws: `ConfigurationError` for certificates that cannot be used.
    func makeCandidacy(
        _ configuration: ClientConfiguration, host: HostEnvironment, namespace: String?
    ) throws -> Candidacy? {
        guard let election = options.election else { return nil }
        let place = election.namespace ?? namespace ?? host["POD_NAMESPACE"] ?? configuration.namespace
        let settings = election.settings(namespace: place, identity: ProcessIdentity.make())
        let fence = ProcessFence()
        if fence == nil {
            logger.warning("this system has no timer that ends a stopped process; writes are only checked")
        }
        let leadership = Leadership(steady: SteadyClock.now, fence: fence)
        let userAgent = "weir/\(WeirVersion.current) (\(settings.identity))"
        // What was sent last is given up by the system before the tenure ends.
        let rules = SendingRules(
            userAgent: userAgent, leadership: leadership,
            unacknowledgedMax: max(
                settings.leaseDuration - settings.margin - settings.renewDeadline, .milliseconds(200)))
        let client = try KubernetesHTTPClient(
            configuration, rules: SendingRules(userAgent: userAgent), logger: logger)
        return Candidacy(settings: settings, client: client, rules: rules)
    }
}

extension Result where Success: Sendable, Failure == any Error {
    /// What `body` returns or throws.
    init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

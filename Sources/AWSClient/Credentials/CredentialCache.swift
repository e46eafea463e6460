package import AWSSigning
package import ControllerRuntime
import KubernetesModel
import Synchronization

/// Keeps credentials and fetches new ones before the old ones end; concurrent callers share one fetch.
///
/// From 15 minutes before the end new ones are fetched, and a failure is tolerated; from 10 minutes before the end a
/// failure is an error, as in the AWS SDKs.
package final class CredentialCache: Sendable {
    /// How long before the end a fetch is tried.
    static let refreshAhead: Duration = .seconds(15 * 60)
    /// How long before the end a failed fetch is an error.
    static let mandatoryAhead: Duration = .seconds(10 * 60)

    private struct State {
        var current: Credentials?
        var fetch: Task<Credentials, any Error>?
    }

    private let source: any CredentialSource
    private let clock: RuntimeClock
    private let state = Mutex(State())

    package init(source: any CredentialSource, clock: RuntimeClock) {
        self.source = source
        self.clock = clock
    }

    /// Keys valid for at least a few minutes more. Throws `CredentialFailure`.
    package func credentials() async throws -> Credentials {
        let now = clock.now()
        let known = state.withLock { $0.current }
        if let known, !Self.isDue(known, at: now, ahead: Self.refreshAhead) { return known }
        let fetch = state.withLock { state in
            if let running = state.fetch { return running }
            let task = Task { [self] in try await self.fetch(now: now) }
            state.fetch = task
            return task
        }
        do {
            return try await fetch.value
        } catch {
            if let known, !Self.isDue(known, at: now, ahead: Self.mandatoryAhead) { return known }
            throw error
        }
    }

    /// Forgets the keys, because the service called them expired; they are fetched again at the next call.
    package func invalidate(_ key: SigningKeyPair) {
        state.withLock { state in
            if state.current?.key == key { state.current = nil }
        }
    }

    private func fetch(now: Timestamp) async throws -> Credentials {
        defer { state.withLock { $0.fetch = nil } }
        switch try await source.load(now: now) {
        case .found(let credentials):
            state.withLock { $0.current = credentials }
            return credentials
        case .absent(let reason):
            throw CredentialFailure("No AWS credentials: \(reason).")
        }
    }

    private static func isDue(_ credentials: Credentials, at now: Timestamp, ahead: Duration) -> Bool {
        guard let end = credentials.expiresAt else { return false }
        return now.duration(to: end) < ahead
    }
}

extension CredentialChain {
    /// The places the AWS SDKs look at, in their order: environment, web identity, profile, container, instance.
    package static func standard(
        _ configuration: AWSConfiguration, host: HostEnvironment, transport: any AWSTransport
    ) -> CredentialChain {
        CredentialChain([
            EnvironmentCredentials(host: host),
            WebIdentityCredentials(
                host: host, profile: configuration.profile, endpoint: configuration.stsEndpoint, transport: transport),
            ProfileCredentials(configuration, host: host, transport: transport),
            ContainerCredentials(host: host, transport: transport),
            InstanceCredentials(host: host, transport: transport),
        ])
    }
}

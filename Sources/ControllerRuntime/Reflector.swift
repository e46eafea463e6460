package import KubernetesModel
package import Logging

/// Keeps one kind in step with the API server: a list, then a watch from its version, for ever.
///
/// A watch that ends is resumed from the last version seen, bookmarks included; one whose version is no longer kept
/// starts over with a list. Failures are retried with a growing wait that a delivered event resets, and not sooner
/// than the server has asked for.
package struct Reflector: Sendable {
    /// How often a kind that the server did not serve, and that has a substitute, is asked for again.
    static let notServedInterval = Duration.seconds(600)
    /// A watch without an event that ends sooner than this counts as a failure, so that it is not reopened at once.
    static let watchDurationMin = Duration.seconds(1)
    /// The list in a row that is believed though it is older than what was seen before.
    static let staleListsMax = 5

    var kind: ResourceKind
    var scope: WatchScope
    var api: any KubernetesAPI
    var clock: RuntimeClock
    var logger: Logger
    var backoff: Backoff
    var listed: @Sendable (ObjectList) -> Void
    var received: @Sendable (WatchEvent) -> Void

    /// - Parameters:
    ///   - backoff: the waits between tries after a failure.
    ///   - listed: is given each list, the first one included.
    ///   - received: is given each event of a watch, bookmarks included, errors not.
    package init(
        kind: ResourceKind, scope: WatchScope, api: any KubernetesAPI, clock: RuntimeClock, logger: Logger,
        backoff: Backoff = .watches, listed: @escaping @Sendable (ObjectList) -> Void,
        received: @escaping @Sendable (WatchEvent) -> Void
    ) {
        self.kind = kind
        self.scope = scope
        self.api = api
        self.clock = clock
        self.logger = logger
        self.backoff = backoff
        self.listed = listed
        self.received = received
    }

    /// Runs until cancelled.
    package func run() async {
        var generator = SystemRandomNumberGenerator()
        var place = Place()
        while !Task.isCancelled {
            do {
                if place.version == nil { try await list(&place) }
                try await follow(&place)
                if !Task.isCancelled { RuntimeMetrics.restarted(kind, reason: "ended") }
            } catch is CancellationError {
                return
            } catch let problem as KindNotServed where problem.kind.substitute != nil {
                listed(ObjectList(items: [], resourceVersion: ""))
                logger.info("kind not served, its substitute is read", metadata: ["k8s.kind": "\(kind)"])
                try? await clock.sleep(Self.notServedInterval)
            } catch {
                let failure = error as? KubernetesFailure
                RuntimeMetrics.restarted(kind, reason: RuntimeMetrics.result(of: error))
                if failure?.isGone == true { place.version = nil }
                place.failures += 1
                var wait = backoff.delay(failures: place.failures, using: &generator)
                if let asked = failure?.retryAfter { wait += asked }
                logger.warning(
                    "watch interrupted",
                    metadata: ["k8s.kind": "\(kind)", "error": "\(error)", "retry.after": "\(wait)"])
                try? await clock.sleep(wait)
            }
        }
    }

    /// How far a reflector has come.
    private struct Place {
        /// From where to watch; `nil` when a list is needed.
        var version: String?
        /// The newest version ever seen, where versions are numbers.
        var newest: UInt64 = 0
        /// Failures in a row.
        var failures = 0
        /// Lists in a row that were older than `newest`.
        var staleLists = 0

        mutating func advance(to resourceVersion: String) {
            guard !resourceVersion.isEmpty else { return }
            version = resourceVersion
            newest = max(newest, UInt64(resourceVersion) ?? 0)
        }
    }

    /// A list that is older than what was seen before comes from a server that lags behind, and is not believed, unless
    /// the server insists: then its storage has been restored from a backup.
    private func list(_ place: inout Place) async throws {
        var list = try await api.list(kind, scope)
        if let version = UInt64(list.resourceVersion), version < place.newest {
            place.staleLists += 1
            if place.staleLists < Self.staleListsMax {
                throw StaleList(kind: kind, version: version, newest: place.newest)
            }
            list.isNewHistory = true
            place.newest = 0
        }
        listed(list)
        place.staleLists = 0
        place.failures = 0
        place.advance(to: list.resourceVersion)
    }

    private func follow(_ place: inout Place) async throws {
        guard let start = place.version else { return }
        let begin = clock.now()
        var isEmpty = true
        for try await event in try await api.watch(kind, scope, from: start) {
            if event.kind == .error {
                throw KubernetesFailure(status: event.object.document, code: 500)
            }
            isEmpty = false
            place.failures = 0
            place.advance(to: event.object.resourceVersion)
            received(event)
        }
        if isEmpty, begin.duration(to: clock.now()) < Self.watchDurationMin, !Task.isCancelled {
            throw ShortWatch(kind: kind)
        }
    }
}

/// A list that is older than what the same reflector has seen.
private struct StaleList: Error, CustomStringConvertible {
    var kind: ResourceKind
    var version: UInt64
    var newest: UInt64

    var description: String {
        "list \(kind.qualifiedPlural): resourceVersion \(version) is older than \(newest), which was seen before. "
            + "The API server lags behind; it is asked again"
    }
}

/// A watch that ended at once without a word.
private struct ShortWatch: Error, CustomStringConvertible {
    var kind: ResourceKind

    var description: String { "watch \(kind.qualifiedPlural): the server ended it at once, without an event" }
}

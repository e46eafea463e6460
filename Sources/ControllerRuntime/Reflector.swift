package import KubernetesModel
package import Logging

/// Keeps one kind in step with the API server: a list, then a watch from its version, for ever.
///
/// A watch that ends is resumed from the last version seen, bookmarks included; one whose version is no longer kept
/// starts over with a list. Failures are retried with a growing wait that a delivered event resets.
package struct Reflector: Sendable {
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
        var failures = 0
        var generator = SystemRandomNumberGenerator()
        var version: String?
        while !Task.isCancelled {
            do {
                if version == nil {
                    let list = try await api.list(kind, scope)
                    listed(list)
                    version = list.resourceVersion
                    failures = 0
                }
                try await follow(&version, &failures)
            } catch is CancellationError {
                return
            } catch {
                if (error as? KubernetesFailure)?.isGone == true { version = nil }
                failures += 1
                let wait = backoff.delay(failures: failures, using: &generator)
                logger.warning(
                    "watch interrupted",
                    metadata: ["k8s.kind": "\(kind)", "error": "\(error)", "retry.after": "\(wait)"])
                try? await clock.sleep(wait)
            }
        }
    }

    private func follow(_ version: inout String?, _ failures: inout Int) async throws {
        guard let start = version else { return }
        for try await event in try await api.watch(kind, scope, from: start) {
            if event.kind == .error {
                throw KubernetesFailure(status: event.object.document, code: 500)
            }
            failures = 0
            if !event.object.resourceVersion.isEmpty { version = event.object.resourceVersion }
            received(event)
        }
    }
}

package import ELBModel
package import KubernetesModel
package import Planning

/// An API server as a controller sees it. Implemented by the network client and by the emulator's in-process store.
///
/// Every method throws `KubernetesFailure` for an answer that refuses, and another error when there was no answer.
package protocol KubernetesAPI: Sendable {
    /// Sends one write.
    ///
    /// - Returns: the object as the server has it now; `nil` after a deletion that left nothing behind.
    func perform(_ write: KubernetesWrite) async throws -> KubernetesObject?

    /// Reads one object.
    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject

    /// Reads all objects of a kind, page by page where the server pages.
    func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList

    /// Streams the changes after `resourceVersion`, bookmarks included, until the server ends the watch.
    ///
    /// The stream throws `KubernetesFailure` with code 410 when that version is no longer kept.
    func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error>
}

/// Which objects of a kind are listed and watched.
package struct WatchScope: Hashable, Sendable {
    /// `nil`: all namespaces.
    package var namespace: String?
    /// Only objects whose labels match; empty matches all.
    package var labels: LabelSelector
    /// `field=value` pairs in the API's own syntax; empty matches all.
    package var fields: String
    /// What of each object is wanted; who answers may leave out the rest, and need not.
    package var kept: FieldSelection

    package init(
        namespace: String? = nil, labels: LabelSelector = LabelSelector(), fields: String = "",
        kept: FieldSelection = .everything
    ) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
        self.kept = kept
    }
}

/// The objects of a list, and the version they were read at.
package struct ObjectList: Equatable, Sendable {
    package var items: [KubernetesObject]
    package var resourceVersion: String
    /// Whether the server has begun to count versions anew, as after a restored backup: all known before is void.
    package var isNewHistory: Bool

    package init(items: [KubernetesObject], resourceVersion: String, isNewHistory: Bool = false) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.isNewHistory = isNewHistory
    }
}

/// ELBv2 as a controller sees it. Throws `ELBFailure` for a refusal, another error when there was no answer.
package protocol ELBAPI: Sendable {
    /// Sends one call and returns its answer.
    func call(_ request: ELBRequest) async throws -> ELBResponse

    /// Sends one call as urgently as its lane says.
    func call(_ request: ELBRequest, lane: CallLane) async throws -> ELBAnswer
}

extension ELBAPI {
    package func call(_ request: ELBRequest, lane: CallLane) async throws -> ELBAnswer {
        ELBAnswer(response: try await call(request), sentAt: nil)
    }
}

/// The answer to a call of ELBv2.
package struct ELBAnswer: Equatable, Sendable {
    package var response: ELBResponse
    /// When the request that was answered was sent, after all waits and repetitions; `nil` when that is not known.
    package var sentAt: Timestamp?

    package init(response: ELBResponse, sentAt: Timestamp?) {
        self.response = response
        self.sentAt = sentAt
    }
}

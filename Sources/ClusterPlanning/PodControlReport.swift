import JSON
import KubernetesModel
import Planning

/// What a controller says about the creation or deletion of one of its pods.
///
/// Source: the Events of Kubernetes 1.20.2, as observed.
struct PodControlReport: Equatable, Sendable {
    /// About the owner.
    var event: EventRecord
    /// Why the write was refused; `nil` for one that was done.
    var problem: String?

    /// - Returns: `nil` for writes that nobody speaks about: those of other kinds, and those refused because the
    ///   namespace goes, the pod is gone already, or the object has changed.
    init?(
        _ outcome: WriteOutcome, of write: KubernetesWrite, owner: KubernetesObject, _ kind: ResourceKind,
        component: String
    ) {
        guard write.kind == .pod else { return nil }
        let (done, refused): (String, String)
        switch write {
        case .create: (done, refused) = ("Create", "creating")
        case .delete: (done, refused) = ("Delete", "deleting")
        case .patch, .update, .evict: return nil
        }
        event = EventRecord(kind: kind, key: owner.key, uid: owner.uid, reason: "", message: "", component: component)
        switch outcome {
        case .done(let object):
            event.reason = "Successful\(done)"
            event.message = "\(done)d pod: \(object?.name ?? write.key.name)"
        case .refused(let failure):
            if failure.isNotFound || failure.isConflict || Self.isOfTerminatingNamespace(failure) { return nil }
            problem = failure.message
            event.severity = .warning
            event.reason = "Failed\(done)"
            event.message = "Error \(refused): \(failure.message)"
        }
    }

    private static func isOfTerminatingNamespace(_ failure: KubernetesFailure) -> Bool {
        (failure.details?["causes"]?.arrayValue ?? []).contains {
            $0["reason"]?.stringValue == "NamespaceTerminating"
        }
    }
}

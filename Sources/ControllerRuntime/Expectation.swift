import JSON
package import KubernetesModel
import Planning

/// What the cache must show before a key that has written is planned again.
package enum Expectation: Equatable, Sendable {
    /// A version of a kind that the key's own write produced.
    case version(ResourceKind, String)
    /// The disappearance, or the marked deletion, of one object.
    case deletion(ResourceKind, ObjectKey, uid: String)
    /// A node's name in a pod that was bound: the answer to a Binding names no version.
    case binding(ObjectKey, uid: String)

    /// What a write that was answered with `object` leaves to be seen; `before` is the cached object it was made on.
    package init?(_ write: KubernetesWrite, answered object: KubernetesObject?, before: KubernetesObject?) {
        switch write {
        case .create(let kind, let document) where kind.group.isEmpty && kind.plural == "bindings":
            let binding = KubernetesObject(document)
            self = .binding(binding.key, uid: binding.uid)
        case .create, .patch, .update:
            guard let object, !object.resourceVersion.isEmpty else { return nil }
            if let before, before.resourceVersion == object.resourceVersion { return nil }
            self = .version(write.kind, object.resourceVersion)
        case .delete(let deletion):
            guard let before else { return nil }
            self = .deletion(deletion.kind, deletion.key, uid: before.uid)
        case .evict(let key):
            guard let before else { return nil }
            self = .deletion(.pod, key, uid: before.uid)
        }
    }

    /// Whether the cache shows it.
    package func isMet(by cache: ObjectCache) -> Bool {
        switch self {
        case .version(let kind, let version): return cache.hasSeen(kind, version)
        case .deletion(let kind, let key, let uid):
            guard let object = cache.objects.object(kind, key) else { return true }
            return object.uid != uid || object.isDeleting
        case .binding(let key, let uid):
            guard let pod = cache.objects.object(.pod, key) else { return true }
            let isOther = !uid.isEmpty && pod.uid != uid
            return isOther || pod.isDeleting || !(pod.spec["nodeName"]?.stringValue ?? "").isEmpty
        }
    }
}

import KubernetesModel
import Planning

/// The stack that was built last for one Ingress, and all that it was built from.
struct IngressMemory: Sendable {
    private var ingress: KubernetesObject
    private var settings: IngressSettings
    /// Every Service that was looked for, in order; `nil` for those that were not there.
    private var services: [(name: String, object: KubernetesObject?)]
    private var stack: Result<DesiredStack, BuildProblem>

    /// The desired stack of an Ingress: as it was when nothing that it depends on has changed.
    static func stack(
        of ingress: KubernetesObject, _ snapshot: IngressSnapshot, reusing memory: inout PlanMemory
    ) throws(BuildProblem) -> DesiredStack {
        if let former = memory.content as? IngressMemory, former.isAbout(ingress, snapshot) {
            return try former.stack.get()
        }
        let made = IngressMemory(ingress, snapshot)
        memory.content = made
        return try made.stack.get()
    }

    private init(_ ingress: KubernetesObject, _ snapshot: IngressSnapshot) {
        self.ingress = ingress
        settings = snapshot.settings
        let search = ServiceSearch(snapshot)
        do throws(BuildProblem) {
            stack = .success(try StackBuilder.build(ingress, settings: settings, service: search.find))
        } catch {
            stack = .failure(error)
        }
        services = search.found
    }

    private func isAbout(_ ingress: KubernetesObject, _ snapshot: IngressSnapshot) -> Bool {
        self.ingress == ingress && settings == snapshot.settings
            && services.allSatisfy { snapshot.service($0.name) == $0.object }
    }
}

/// Looks for Services and remembers which.
private final class ServiceSearch {
    private let snapshot: IngressSnapshot
    private(set) var found: [(name: String, object: KubernetesObject?)] = []

    init(_ snapshot: IngressSnapshot) {
        self.snapshot = snapshot
    }

    func find(_ name: String) -> KubernetesObject? {
        let object = snapshot.service(name)
        if !found.contains(where: { $0.name == name }) { found.append((name, object)) }
        return object
    }
}

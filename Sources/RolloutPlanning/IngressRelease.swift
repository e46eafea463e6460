import JSON
import KubernetesModel
import Planning
import RolloutModel

/// How an Ingress is brought to a state that needs no Rollout: one Service gets everything, then the header routes, the
/// other services of the action and the bookkeeping go.
///
/// First the weights move, while every target group stays; the rest follows when fresh reads show that nothing but the
/// one Service has had requests for the settle time. Since when is kept in an annotation of the Ingress, because there
/// may be no Rollout to keep it.
struct IngressRelease {
    let route: IngressRoute
    /// The name of the Rollout that manages the Ingress no more.
    let rollout: String
    /// The Service that is to have everything, where the action names it; else the action's last one, which is the
    /// stable one by convention.
    var home: String?
    /// What is missing until a Service can take everything; `nil` when nothing is known to be.
    var obstacle: (GroupSurvey) -> String? = { _ in nil }
    let settle: Duration
    let now: Timestamp

    enum Step {
        /// A patch, and what it does, in one sentence.
        case patch(KubernetesWrite.Patch, String)
        /// What has to be seen first, and when to look again at the latest.
        case wait(String, until: Timestamp?)
    }

    /// Seen from annotations of `managedKeys`: the weighted actions with the service that gets everything.
    private var actions: [(key: String, action: ForwardActionText, home: String)] {
        let headers = Set(headerRoutes)
        return ownKeys.compactMap { key in
            guard let name = Self.name(in: key, after: "/actions."), !headers.contains(name),
                let action = route.object.annotation(key).flatMap(ForwardActionText.init(parsing:)),
                let last = action.destinations.last
            else { return nil }
            let names = action.destinations.map(\.serviceName)
            let choice = [name, home].compactMap { $0 }.first(where: names.contains) ?? last.serviceName
            return (key, action, choice)
        }
    }

    /// What it alone wrote: a Rollout with another name may have taken over in the meantime.
    private var ownKeys: [String] {
        let taken = Set(route.managers.filter { $0 != rollout }.flatMap { route.managedKeys(of: $0) })
        return route.managedKeys(of: rollout).filter { !taken.contains($0) }
    }

    private var headerRoutes: [String] {
        ownKeys.compactMap { Self.name(in: $0, after: "/conditions.") }
    }

    private static func name(in key: String, after part: String) -> String? {
        guard let slash = key.firstIndex(of: "/"), key[slash...].hasPrefix(part) else { return nil }
        return String(key[slash...].dropFirst(part.count))
    }

    /// The next step, given what was read.
    ///
    /// - Parameter facts: what is known about the Ingress' target groups; `nil` when it is not.
    /// - Parameter readAt: when that read began.
    func next(facts: RoutingSurvey.Facts?, readAt: Timestamp?) -> Step {
        guard !route.hostnames.isEmpty,
            actions.contains(where: { $0.action.destinations.count > 1 }) || !headerRoutes.isEmpty
        else { return final }
        guard let since = mark?.since else { return begin(facts) }
        // Somebody gave other services weight again.
        if giving(sinceMark: since).patch != nil { return begin(facts) }
        let end = since.advanced(by: settle)
        guard end <= now else { return .wait("the data plane to follow", until: end) }
        guard let facts, let readAt, readAt > since else { return .wait("a read of Ingress \(route.name)", until: nil) }
        let homes = Set(actions.map(\.home))
        let names = Set(actions.flatMap(\.action.destinations).map(\.serviceName)).subtracting(homes)
        if let group = facts.groups.first(where: { names.contains($0.service) && $0.share > 0 && $0.port != nil }) {
            return .wait("weight 0 for \(group.service) on the rules of Ingress \(route.name)", until: nil)
        }
        return final
    }

    private func begin(_ facts: RoutingSurvey.Facts?) -> Step {
        guard let facts else { return .wait("a read of Ingress \(route.name)", until: nil) }
        for (_, action, home) in actions {
            func healthy(_ service: String) -> Int {
                facts.groups.filter { $0.service == service }.compactMap(\.healthyCount).max() ?? 0
            }
            let group = facts.groups.first { $0.service == home && $0.port != nil }
            let isGiven = action.destinations.allSatisfy { $0.weight == 0 || $0.serviceName == home }
            if !isGiven, let what = group.flatMap(obstacle) { return .wait(what, until: nil) }
            let others = action.destinations.filter { $0.serviceName != home && $0.weight > 0 }
            if healthy(home) == 0, others.contains(where: { healthy($0.serviceName) > 0 }) {
                return .wait("a healthy target of \(home)", until: nil)
            }
        }
        guard let patch = giving(sinceMark: now).patch else { return final }
        return .patch(patch, "everything goes to one Service")
    }

    /// Everything for one Service, the others with weight 0, no header routes, and no cookies.
    private func giving(sinceMark since: Timestamp) -> IngressEdit {
        var edit = IngressEdit(route, rollout: rollout)
        for (key, action, home) in actions {
            var next = action
            for index in next.destinations.indices {
                next.destinations[index].weight = next.destinations[index].serviceName == home ? 100 : 0
            }
            next.stickinessSeconds = nil
            edit.set(key, next.text)
        }
        removeRoutes(&edit)
        var sticky = mark?.sticky ?? [:]
        for (key, action, _) in actions { sticky[key] = sticky[key] ?? action.stickinessSeconds }
        edit.note(
            RolloutKeys.releasing, Releasing(marks.merging([rollout: .init(since: since, sticky: sticky)]) { $1 }).text)
        return edit
    }

    /// What remains: one Service in the action, and no bookkeeping.
    private var final: Step {
        var edit = IngressEdit(route, rollout: rollout)
        for (key, action, home) in actions {
            var next = action
            next.destinations = action.destinations.filter { $0.serviceName == home }.prefix(1).map {
                .init(serviceName: $0.serviceName, servicePort: $0.servicePort, weight: 100)
            }
            next.stickinessSeconds = action.stickinessSeconds ?? mark?.sticky[key]
            edit.set(key, next.text)
        }
        removeRoutes(&edit)
        edit.release()
        edit.note(RolloutKeys.releasing, Releasing(marks.filter { $0.key != rollout }).text)
        guard let patch = edit.patch else { return .wait("nothing", until: nil) }
        return .patch(patch, "no Rollout manages it any more")
    }

    private func removeRoutes(_ edit: inout IngressEdit) {
        let names = headerRoutes
        for key in ownKeys {
            for name in names where key.hasSuffix("/conditions.\(name)") || key.hasSuffix("/actions.\(name)") {
                edit.remove(key)
            }
        }
        for name in names { edit.removePaths(to: name) }
    }

    private var marks: [String: Releasing.Mark] {
        Releasing(parsing: route.object.annotation(RolloutKeys.releasing)).marks
    }

    private var mark: Releasing.Mark? { marks[rollout] }
}

/// The annotation `weir.dev/releasing` of an Ingress, by the name of the Rollout:
/// `{"web":{"since":"…","sticky":{"<annotation key>":600}}}`.
struct Releasing: Equatable {
    struct Mark: Equatable {
        /// Since when the annotation gives everything to one Service.
        var since: Timestamp
        /// Seconds of stickiness to be written in the end, by the annotation's key.
        var sticky: [String: Int] = [:]
    }

    var marks: [String: Mark]

    init(_ marks: [String: Mark]) {
        self.marks = marks
    }

    /// Reads the annotation; what cannot be read begins anew.
    init(parsing text: String?) {
        marks = [:]
        guard let text, let document = try? JSONValue(parsing: text) else { return }
        for (name, value) in document.objectValue ?? [:] {
            guard let since = value["since"]?.stringValue.flatMap(Timestamp.init(parsing:)) else { continue }
            var mark = Mark(since: since)
            for (key, seconds) in value["sticky"]?.objectValue ?? [:] { mark.sticky[key] = seconds.intValue }
            marks[name] = mark
        }
    }

    var text: String? {
        guard !marks.isEmpty else { return nil }
        var document: JSONValue = [:]
        for name in marks.keys.sorted() {
            guard let mark = marks[name] else { continue }
            var entry: JSONValue = ["since": .string(mark.since.rfc3339Micro)]
            for key in mark.sticky.keys.sorted() {
                if let seconds = mark.sticky[key] { entry.set(.int(seconds), at: "sticky", key) }
            }
            document[name] = entry
        }
        return document.text
    }
}

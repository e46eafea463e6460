import ELBModel
import KubernetesModel
import Planning
import RolloutModel

/// What reads say about everything that routes to a Rollout: the basis of every `Reach`.
struct RoutingSurvey {
    /// One Ingress.
    struct Route {
        enum State {
            /// The Ingress has no load balancer.
            case notProvisioned
            case unknown(why: String)
            case known(Facts)
        }

        var ingress: String
        var state: State
    }

    /// What was read about one Ingress.
    struct Facts {
        /// Of the services asked about, in their order.
        var groups: [GroupSurvey]
        /// The first service's share in every rule that names both services, 0...100.
        var shares: [Int]

        /// Of a canary's two services: the new version's.
        var canary: GroupSurvey { groups[0] }
        /// Of a canary's two services: the former version's.
        var stable: GroupSurvey { groups[1] }
    }

    /// What the survey is about.
    struct Scope {
        /// The services whose target groups are looked at; a canary's two, or the one or two of a blue-green Rollout.
        var services: [String]
        /// The Ingresses that route to them, in order.
        var ingresses: [String]
        /// The port in the target groups' tags; `nil` takes every port.
        var port: Int?
        /// When each Ingress' weights were last written.
        var written: [String: Timestamp] = [:]
    }

    /// The services it is about, in order.
    let services: [String]
    /// In the order of the spec.
    var routes: [Route]
    /// Everything that must be read for all of this to be known.
    var subjects: [ObservationSubject]

    /// Evaluates the observations of a snapshot; those older than the limit or failed leave their part unknown, and so
    /// do reads of rules that began before the weights of their Ingress were last written.
    init(_ snapshot: RolloutSnapshot, _ scope: Scope, now: Timestamp) {
        services = scope.services
        var reader = SurveyReader(snapshot: snapshot, scope: scope, now: now)
        routes = scope.ingresses.compactMap { snapshot.ingresses[$0] }.map { reader.route($0) }
        subjects = reader.subjects
    }

    /// The survey that a Rollout's strategy needs; `nil` when no load balancer has to be asked.
    init?(_ snapshot: RolloutSnapshot, _ rollout: Rollout, now: Timestamp) {
        if let blueGreen = rollout.spec.blueGreen {
            let services = [blueGreen.previewService, blueGreen.activeService].filter { !$0.isEmpty }
            let ingresses = snapshot.ingresses.keys.sorted()
            guard !ingresses.isEmpty else { return nil }
            self.init(snapshot, Scope(services: services, ingresses: ingresses), now: now)
            return
        }
        let canary = rollout.spec.canary
        guard let alb = canary.alb else { return nil }
        self.init(
            snapshot,
            Scope(
                services: [canary.canaryService, canary.stableService], ingresses: alb.ingresses, port: alb.servicePort,
                written: rollout.confirmed.written), now: now)
    }

    /// The canary's weight when every rule of every Ingress that carries the action has the same; else `nil`.
    var confirmedWeight: Int? {
        var shares: [Int] = []
        for route in routes {
            guard case .known(let facts) = route.state, !facts.shares.isEmpty else { return nil }
            shares += facts.shares
        }
        guard let first = shares.first, shares.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Why the weight is not confirmed to be `wanted`; `nil` when it is.
    func difference(from wanted: Int) -> String? {
        for route in routes {
            switch route.state {
            case .notProvisioned: return "Ingress \(route.ingress) to have a load balancer"
            case .unknown(let why): return "a read of the rules of Ingress \(route.ingress) (\(why))"
            case .known(let facts):
                guard !facts.shares.isEmpty else {
                    return "a rule of Ingress \(route.ingress) that forwards to \(facts.canary.service) and "
                        + facts.stable.service
                }
                if let share = facts.shares.first(where: { $0 != wanted }) {
                    return "weight \(wanted) on the rules of Ingress \(route.ingress) (now \(share))"
                }
            }
        }
        return nil
    }

    /// What is known about an Ingress; `nil` when it is not.
    func facts(of ingress: String) -> Facts? {
        for route in routes where route.ingress == ingress {
            if case .known(let facts) = route.state { return facts }
        }
        return nil
    }

    /// Whether no Ingress has a load balancer.
    var isUnprovisioned: Bool {
        routes.allSatisfy { route in
            if case .notProvisioned = route.state { return true }
            return false
        }
    }
}

/// Reads observations into a survey and notes what it would have needed.
private struct SurveyReader {
    var snapshot: RolloutSnapshot
    var scope: RoutingSurvey.Scope
    var now: Timestamp
    var subjects: [ObservationSubject] = []

    mutating func route(_ ingress: IngressRoute) -> RoutingSurvey.Route {
        let hostnames = ingress.hostnames
        guard !hostnames.isEmpty else { return .init(ingress: ingress.name, state: .notProvisioned) }
        var groups = scope.services.map { service in
            GroupSurvey(key: "\(ingress.name)/\(service)", service: service, arns: [])
        }
        var shares: [Int] = []
        for hostname in hostnames {
            let facts: LoadBalancerFacts
            let subject = ObservationSubject.loadBalancer(dnsName: hostname)
            if let time = scope.written[ingress.name], let read = snapshot.observations[subject], read.startedAt <= time
            {
                subjects.append(subject)
                return .init(
                    ingress: ingress.name, state: .unknown(why: "\(subject) was read before the weights were written"))
            }
            switch read(subject) {
            case .failure(let problem): return .init(ingress: ingress.name, state: .unknown(why: problem.why))
            case .success(.loadBalancer(let found?)): facts = found
            case .success:
                return .init(
                    ingress: ingress.name, state: .unknown(why: "AWS knows no load balancer named \(hostname)"))
            }
            for index in groups.indices {
                let service = groups[index].service
                groups[index].arns += facts.targetGroups.filter { group in
                    group.tags.contains { tag in
                        tag.key == snapshot.settings.resourceTagKey
                            && ingress.isTargetGroupTag(tag.value, service: service, port: scope.port)
                    }
                }.map(\.targetGroup.arn)
            }
            for forward in Self.forwards(of: facts) {
                if let share = Self.note(forward, in: &groups) { shares.append(share) }
            }
        }
        for index in groups.indices { groups[index].members = members(of: groups[index]) }
        return .init(
            ingress: ingress.name, state: .known(.init(groups: groups, shares: shares)))
    }

    /// Adds one forward action to what is known of the groups.
    ///
    /// - Returns: the first group's share when the action names all.
    private static func note(_ forward: ForwardAction, in groups: inout [GroupSurvey]) -> Int? {
        let total = forward.targetGroups.reduce(0) { $0 + ($1.weight ?? 1) }
        var shares = groups.map { _ in 0 }
        var isNamed = groups.map { _ in false }
        for index in groups.indices {
            let weights = forward.targetGroups.filter { groups[index].arns.contains($0.arn) }
            guard !weights.isEmpty else { continue }
            isNamed[index] = true
            let weight = weights.reduce(0) { $0 + ($1.weight ?? 1) }
            shares[index] = total == 0 ? 0 : (weight * 100 + total - 1) / total
            groups[index].share = max(groups[index].share, shares[index])
            if let stickiness = forward.stickiness, stickiness.isEnabled {
                let seconds = stickiness.durationSeconds ?? 604_800
                groups[index].stickySeconds = max(groups[index].stickySeconds ?? 0, seconds)
            }
        }
        return isNamed.allSatisfy { $0 } ? shares.first : nil
    }

    private static func forwards(of facts: LoadBalancerFacts) -> [ForwardAction] {
        var result: [ForwardAction] = []
        for listener in facts.listeners {
            let hasDefault = listener.rules.contains { $0.rule.isDefault }
            let actions = listener.rules.flatMap(\.rule.actions) + (hasDefault ? [] : listener.listener.defaultActions)
            for case .forward(let forward) in actions { result.append(forward) }
        }
        return result
    }

    private mutating func members(of group: GroupSurvey) -> GroupSurvey.Members {
        var states: [String: TargetHealth.State] = [:]
        for arn in group.arns {
            switch read(.targetHealth(arn)) {
            case .failure(let problem): return .unknown(why: problem.why)
            case .success(.targetHealth(let targets)):
                for target in targets {
                    // One address in two groups: the state that serves wins, so that nothing is overlooked.
                    if let known = states[target.target.id], known != .draining { continue }
                    states[target.target.id] = target.health.state
                }
            case .success: return .unknown(why: "the targets of \(group.service) were not read")
            }
        }
        return .known(states)
    }

    private struct Ignorance: Error {
        var why: String
    }

    private mutating func read(_ subject: ObservationSubject) -> Result<ObservedFacts, Ignorance> {
        subjects.append(subject)
        guard let observation = snapshot.observations[subject] else {
            return .failure(Ignorance(why: "\(subject) was not read yet"))
        }
        let age = observation.startedAt.duration(to: now)
        guard age <= snapshot.settings.observationAgeMax else {
            return .failure(Ignorance(why: "\(subject) was last read \(Int(age.inSeconds)) s ago"))
        }
        switch observation.result {
        case .success(let facts): return .success(facts)
        case .failure(let failure): return .failure(Ignorance(why: "reading \(subject): \(failure)"))
        }
    }
}

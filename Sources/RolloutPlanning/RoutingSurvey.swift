import ELBModel
import KubernetesModel
import Planning
import RolloutModel

/// Why a read of AWS gave no answer.
enum ReadTrouble: Hashable {
    /// There is no load balancer of that name.
    case noLoadBalancer(hostname: String)
    /// AWS refused, or did not answer.
    case failed(String, reason: String)
}

extension ReadTrouble {
    init(_ failure: ELBFailure) {
        let reason = failure.isDenied ? "AccessDenied" : failure.isThrottling ? "Throttled" : "ReadFailed"
        self = .failed("\(failure)", reason: reason)
    }
}

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
        /// Whether the Rollout writes weights on the Ingress; others only happen to lead to its pods.
        var isManaged = true
        /// Whether the Ingress still has weights that the Rollout wrote, though the spec does not name it any more.
        var isLeftover = false
        var state: State
        /// Why the state is unknown, when a read was answered otherwise than expected; `nil` when none was made.
        var trouble: ReadTrouble?
    }

    /// What was read about one Ingress.
    struct Facts {
        /// Of the services asked about, in their order.
        var groups: [GroupSurvey]
        /// The first service's share in every rule that names the first two, 0...100.
        var shares: [Int]
        /// Whether one of these rules gives weight to anything else.
        var leaks = false
        /// The first load balancer.
        var loadBalancer: LoadBalancer?

        /// Of a canary's two services: the new version's.
        var canary: GroupSurvey { groups[0] }
        /// Of a canary's two services: the former version's.
        var stable: GroupSurvey { groups[1] }
    }

    /// What the survey is about.
    struct Scope {
        /// What target groups are looked at: of a canary its two routed services first, then whatever else may lead to
        /// its pods; of a blue-green Rollout its one or two services first.
        var destinations: [Destination]
        /// The Ingresses whose weights the Rollout writes, in order.
        var ingresses: [String]
        /// Other Ingresses that may lead to its pods, in order.
        var others: [String] = []
        /// When each Ingress' weights were last written.
        var written: [String: Timestamp] = [:]
    }

    /// Something that has a target group.
    struct Destination: Hashable {
        var service: String
        /// The port in the target group's tag; `nil` takes every port.
        var port: Int?

        /// The second part of the key in `ConfirmedRecord`.
        var key: String { port.map { "\(service):\($0)" } ?? service }
    }

    /// What it is about, in order.
    let destinations: [Destination]
    /// In the order of the scope.
    var routes: [Route]
    /// Everything that must be read for all of this to be known.
    var subjects: [ObservationSubject]
    /// When what the rules are to show was written: reads that began before do not count.
    var writtenAt: [ObservationSubject: Timestamp] = [:]

    /// Evaluates the observations of a snapshot; those older than the limit or failed leave their part unknown, and so
    /// do reads of rules that began before the weights of their Ingress were last written.
    init(_ snapshot: RolloutSnapshot, _ scope: Scope, now: Timestamp) {
        destinations = scope.destinations
        var reader = SurveyReader(snapshot: snapshot, scope: scope, now: now)
        routes = scope.ingresses.compactMap { snapshot.ingresses[$0] }.map { reader.route($0) }
        for ingress in scope.others.compactMap({ snapshot.ingresses[$0] }) {
            var route = reader.route(ingress)
            route.isManaged = false
            route.isLeftover = ingress.managers.contains(snapshot.object.name)
            routes.append(route)
        }
        subjects = reader.subjects
        writtenAt = reader.writtenAt
    }

    /// The canary's weight when every rule of every Ingress that carries the action has the same; else `nil`.
    var confirmedWeight: Int? {
        var shares: [Int] = []
        for route in routes where route.isManaged {
            guard case .known(let facts) = route.state, !facts.shares.isEmpty, !facts.leaks else { return nil }
            shares += facts.shares
        }
        guard let first = shares.first, shares.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Why the weight is not confirmed to be `wanted`; `nil` when it is.
    func difference(from wanted: Int) -> String? {
        for route in routes where route.isManaged {
            switch route.state {
            case .notProvisioned: return "Ingress \(route.ingress) to have a load balancer"
            case .unknown(let why): return "a read of the rules of Ingress \(route.ingress) (\(why))"
            case .known(let facts):
                if let unknown = facts.groups.prefix(2).first(where: { $0.arns.isEmpty }) {
                    return "a target group with the tag \(unknown.tag) behind Ingress \(route.ingress)"
                }
                guard !facts.shares.isEmpty else {
                    return "a rule of Ingress \(route.ingress) that forwards to \(facts.canary.service) and "
                        + facts.stable.service
                }
                if let share = facts.shares.first(where: { $0 != wanted }) {
                    return "weight \(wanted) on the rules of Ingress \(route.ingress) (now \(share))"
                }
                if facts.leaks { return "no weight for other services on the rules of Ingress \(route.ingress)" }
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

    /// Whether nothing about any Ingress is unknown.
    var isKnown: Bool {
        routes.allSatisfy { route in
            if case .unknown = route.state { return false }
            return true
        }
    }

    /// Whether no Ingress has a load balancer.
    var isUnprovisioned: Bool {
        routes.filter(\.isManaged).allSatisfy { route in
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
    var writtenAt: [ObservationSubject: Timestamp] = [:]

    mutating func route(_ ingress: IngressRoute) -> RoutingSurvey.Route {
        let hostnames = ingress.hostnames
        guard !hostnames.isEmpty else { return .init(ingress: ingress.name, state: .notProvisioned) }
        var groups = scope.destinations.map { destination in
            let resource = "\(ingress.object.namespace)/\(ingress.name)-\(destination.service)"
            return GroupSurvey(
                key: "\(ingress.name)/\(destination.key)", service: destination.service, port: destination.port,
                arns: [],
                tag: "\(snapshot.settings.resourceTagKey)=\(resource):\(destination.port.map(String.init) ?? "*")")
        }
        var shares: [Int] = []
        var leaks = false
        var resource: LoadBalancer?
        for hostname in hostnames {
            let facts: LoadBalancerFacts
            let subject = ObservationSubject.loadBalancer(dnsName: hostname)
            if let time = scope.written[ingress.name] { writtenAt[subject] = max(writtenAt[subject] ?? time, time) }
            if let time = scope.written[ingress.name], let read = snapshot.observations[subject],
                read.provenSince <= time
            {
                subjects.append(subject)
                return .init(
                    ingress: ingress.name, state: .unknown(why: "\(subject) was read before the weights were written"))
            }
            switch read(subject) {
            case .failure(let problem):
                return .init(
                    ingress: ingress.name, state: .unknown(why: problem.why), trouble: problem.trouble)
            case .success(.loadBalancer(let found?)): facts = found
            case .success:
                return .init(
                    ingress: ingress.name, state: .unknown(why: "AWS knows no load balancer named \(hostname)"),
                    trouble: .noLoadBalancer(hostname: hostname))
            }
            resource = resource ?? facts.loadBalancer
            for index in groups.indices {
                let (service, port) = (groups[index].service, groups[index].port)
                groups[index].arns += facts.targetGroups.filter { group in
                    group.tags.contains { tag in
                        tag.key == snapshot.settings.resourceTagKey
                            && ingress.isTargetGroupTag(tag.value, service: service, port: port)
                    }
                }.map(\.targetGroup.arn)
            }
            for forward in Self.forwards(of: facts) {
                guard let found = Self.note(forward, in: &groups) else { continue }
                shares.append(found.share)
                leaks = leaks || found.leaks
            }
        }
        for index in groups.indices { readMembers(of: &groups[index]) }
        return .init(
            ingress: ingress.name,
            state: .known(.init(groups: groups, shares: shares, leaks: leaks, loadBalancer: resource)))
    }

    /// Adds one forward action to what is known of the groups.
    ///
    /// - Returns: the first group's share when the action names the first two, and whether others have weight.
    private static func note(
        _ forward: ForwardAction, in groups: inout [GroupSurvey]
    ) -> (share: Int, leaks: Bool)? {
        let total = forward.targetGroups.reduce(0) { $0 + ($1.weight ?? 1) }
        var weights: [Int?] = []
        for index in groups.indices {
            let named = forward.targetGroups.filter { groups[index].arns.contains($0.arn) }
            let weight = named.reduce(0) { $0 + ($1.weight ?? 1) }
            weights.append(named.isEmpty ? nil : weight)
            guard !named.isEmpty else { continue }
            groups[index].share = max(groups[index].share, share(of: weight, in: total))
            if let stickiness = forward.stickiness, stickiness.isEnabled {
                let seconds = stickiness.durationSeconds ?? 604_800
                groups[index].stickySeconds = max(groups[index].stickySeconds ?? 0, seconds)
            }
        }
        guard weights.count > 1, let first = weights[0], let second = weights[1] else { return nil }
        return (share(of: first, in: total), first + second < total)
    }

    private static func share(of weight: Int, in total: Int) -> Int {
        total == 0 ? 0 : (weight * 100 + total - 1) / total
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

    private mutating func readMembers(of group: inout GroupSurvey) {
        var states: [String: TargetHealth.State] = [:]
        for arn in group.arns {
            switch read(.targetHealth(arn)) {
            case .failure(let problem):
                (group.members, group.trouble) = (.unknown(why: problem.why), problem.trouble)
                return
            case .success(.targetHealth(let targets)):
                for target in targets {
                    // One address in two groups: the state that serves wins, so that nothing is overlooked.
                    if let known = states[target.target.id], known != .draining { continue }
                    states[target.target.id] = target.health.state
                }
            case .success:
                group.members = .unknown(why: "the targets of \(group.service) were not read")
                return
            }
        }
        group.members = .known(states)
    }

    private struct Ignorance: Error {
        var why: String
        /// `nil` when there was no read, or it is too long ago.
        var trouble: ReadTrouble?
    }

    private mutating func read(_ subject: ObservationSubject) -> Result<ObservedFacts, Ignorance> {
        subjects.append(subject)
        guard let observation = snapshot.observations[subject] else {
            return .failure(Ignorance(why: "\(subject) was not read yet"))
        }
        let age = observation.provenSince.duration(to: now)
        guard age <= snapshot.settings.observationAgeMax else {
            return .failure(Ignorance(why: "\(subject) was last read \(Int(age.inSeconds)) s ago"))
        }
        switch observation.result {
        case .success(let facts): return .success(facts)
        case .failure(let failure):
            return .failure(Ignorance(why: "reading \(subject): \(failure)", trouble: ReadTrouble(failure)))
        }
    }
}

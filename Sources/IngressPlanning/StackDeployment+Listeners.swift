import ELBModel
import Planning

extension StackDeployment {
    private var transition: ActionTransition { ActionTransition(health: health) }

    /// Creates a listener, or brings it and its rules up to date.
    mutating func deploy(_ wanted: DesiredListener) {
        guard let loadBalancer = inventory.loadBalancer else { return }
        guard let defaultAction = wanted.defaultAction.resolved(inventory.arns) else { return markIncomplete() }
        guard let found = loadBalancer.listeners.first(where: { $0.listener.port == wanted.port }) else {
            if !wanted.rules.isEmpty { markIncomplete() }
            decide("ListenerCreated", "There is no listener on port \(wanted.port) yet.")
            let request = ELBRequest.CreateListener(
                loadBalancerARN: loadBalancer.loadBalancer.arn, protocol: wanted.protocol, port: wanted.port,
                sslPolicy: wanted.sslPolicy, certificates: wanted.certificates, defaultActions: [defaultAction],
                tags: wanted.tags)
            add(.elb(.createListener(request)))
            return
        }
        modify(found, to: wanted, defaultAction: defaultAction)
        for effect in TagChanges.effects(
            arn: found.listener.arn.rawValue, desired: wanted.tags, observed: found.tags)
        {
            add(effect)
        }
        changeRules(of: found, to: wanted)
    }

    private mutating func modify(_ found: ListenerFacts, to wanted: DesiredListener, defaultAction: Action) {
        let listener = found.listener
        let place = "the default action of port \(wanted.port)"
        var served: [TargetGroupARN] = []
        if case .missing(_, let problem) = wanted.defaultAction {
            served = transition.served(by: listener.defaultActions)
            keep(served, place: place, problem)
        }
        let step = transition.step(from: listener.defaultActions, to: defaultAction)
        note(step, place: place)
        var request = ELBRequest.ModifyListener(arn: listener.arn)
        if served.isEmpty, !ActionEquality.areSame([step.action], listener.defaultActions) {
            request.defaultActions = [step.action]
        }
        if listener.protocol != wanted.protocol { request.protocol = wanted.protocol }
        if wanted.protocol == .https {
            let isDrifted =
                listener.certificates.first?.arn != wanted.certificateARN || listener.sslPolicy != wanted.sslPolicy
            if isDrifted || request.protocol != nil {
                request.certificates = wanted.certificates
                request.sslPolicy = wanted.sslPolicy
            }
        }
        if request != ELBRequest.ModifyListener(arn: listener.arn) { add(.elb(.modifyListener(request))) }
    }

    private mutating func changeRules(of found: ListenerFacts, to wanted: DesiredListener) {
        // A rule without ARNs for its groups cannot be written yet, and no other may take its place meanwhile.
        guard wanted.rules.allSatisfy({ $0.action.resolved(inventory.arns) != nil }) else { return markIncomplete() }
        var changes = RuleChanges(listener: found.listener.arn, transition: transition, arns: inventory.arns)
        changes.plan(desired: wanted.rules, observed: found.rules)
        for effect in changes.effects { add(effect) }
        for (priority, step) in changes.steps { note(step, place: "rule \(priority) of port \(wanted.port)") }
        for (priority, problem, groups) in changes.kept {
            keep(groups, place: "rule \(priority) of port \(wanted.port)", problem)
        }
    }

    /// Says that groups go on serving in place of a backend that does not exist, and until when.
    private mutating func keep(_ groups: [TargetGroupARN], place: String, _ problem: BuildProblem) {
        guard !groups.isEmpty else { return }
        if !keptForMissing.contains(problem) { keptForMissing.append(problem) }
        for group in groups { watch(group, every: settings.retryInterval) }
        let names = groups.map(\.short).sorted().joined(separator: ", ")
        decide(
            "ActionKept", "In \(place) requests still go to \(names), which have healthy targets: \(problem)",
            waitingFor: "what it names to exist, or these targets to go")
    }

    private mutating func note(_ step: ActionTransition.Step, place: String) {
        guard !step.waitingFor.isEmpty else { return }
        let isUnderWay = step.waitingFor.contains { group in
            health(of: group)?.contains { $0.health.state == .initial || $0.health.state == .unused } ?? true
        }
        for group in step.observed {
            watch(group, every: isUnderWay ? settings.progressInterval : settings.retryInterval)
        }
        let names = step.waitingFor.map(\.short).sorted().joined(separator: ", ")
        decide(
            "ShareHeldBack", "In \(place) a target group gets no requests yet.",
            waitingFor: "a healthy target in \(names)")
    }

    /// Closes the ports that are not wanted any more.
    mutating func deleteSurplusListeners() {
        let ports = Set(desired.listeners.map(\.port))
        for found in inventory.loadBalancer?.listeners ?? [] {
            guard let port = found.listener.port, !ports.contains(port) else { continue }
            decide("ListenerDeleted", "Port \(port) is not listened on any more.")
            remove(.elb(.deleteListener(.init(arn: found.listener.arn))))
        }
    }
}

extension DesiredListener {
    /// The one certificate as a call takes it.
    var certificates: [Certificate] { certificateARN.map { [Certificate(arn: $0)] } ?? [] }
}

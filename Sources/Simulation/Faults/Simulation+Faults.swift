import ControllerRuntime
import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel

/// What the environment does to the world.
extension Simulation {
    /// From cordoning a node until it takes pods again.
    private static let drainTime = Duration.seconds(60)
    /// Between two evictions of one drain.
    private static let evictionGap: ClosedRange<Duration> = .zero ... .seconds(4)

    /// Does what goes wrong.
    mutating func disturb(_ action: SimulationAction) {
        switch action {
        case .loseAWSAnswers(let operation, let count):
            world.loseAWSAnswers(operation, count: count)
            world.trace.add("aws loses the answers to \(count) \(operation ?? "calls")", now: now)
        case .throttleAWS(let operation, let duration):
            world.silenceAWS(operation, until: now.advanced(by: duration))
            promises.noteOutage(from: now, until: now.advanced(by: duration))
            let text = "aws refuses \(operation ?? "everything") for \(Int(duration.inSeconds)) s"
            world.trace.add(text, now: now)
        case .changeLeader(let gap): changeLeader(after: gap)
        case .stopIngressController(let duration):
            guard ingress != nil else { return }
            ingress?.start(at: now.advanced(by: duration))
            promises.noteOutage(from: now, until: now.advanced(by: duration))
            let text = "\(SimulatedActor.ingressName) is away for \(Int(duration.inSeconds)) s"
            world.trace.add(text, now: now)
        case .refuseWrites(let count, let refusal): world.refuseWrites(count, refusal)
        case .disturbWatch(let kind, let disturbance):
            world.trace.add("watch of \(kind): \(disturbance)", now: now)
            promises.environment.noteSilence(from: now, until: now.advanced(by: disturbance.duration))
            weir.disturb(kind, disturbance, now: now)
            ingress?.disturb(kind, disturbance, now: now)
        case .failHealth(let number, let duration):
            guard let host = Self.pick(pods.livingHosts, number) else { return }
            pods.failHealth(at: host, until: now.advanced(by: duration))
            noteDisturbed(host, "fails its health checks", for: duration)
        case .breakPod(let number, let duration):
            guard let host = Self.pick(pods.livingHosts, number) else { return }
            breakPod(at: host, for: duration)
        case .breakCanaryPod(let key, let duration):
            let hash = rollout(key)?.status.currentPodHash
            let host = pods.livingHosts.first { pods.pod(at: $0)?.label(RolloutKeys.podTemplateHash) == hash }
            if let host { breakPod(at: host, for: duration) }
        case .drain(let number): drain(number)
        case .evict(let key): evict(key)
        case .moveWeight(let weight): moveWeight(canary: weight)
        default: break
        }
    }

    private static func pick<Value>(_ values: [Value], _ number: Int) -> Value? {
        values.isEmpty ? nil : values[number % values.count]
    }

    private mutating func breakPod(at host: String, for duration: Duration) {
        pods.breakPod(at: host, until: now.advanced(by: duration))
        noteDisturbed(host, "does not answer", for: duration)
    }

    private mutating func noteDisturbed(_ host: String, _ what: String, for duration: Duration) {
        promises.environment.disturb(host, until: now.advanced(by: duration))
        let name = pods.pod(at: host)?.key.description ?? host
        world.trace.add("pod \(name) (\(host)) \(what) for \(Int(duration.inSeconds)) s", now: now)
    }

    private mutating func changeLeader(after gap: Duration) {
        guard var next = standby else { return }
        promises.environment.noteSilence(from: now, until: now.advanced(by: gap))
        world.trace.add("another process leads in \(Int(gap.inSeconds)) s", now: now)
        var former = weir
        former.stepDown()
        // The former process begins anew and watches.
        former.start(at: now.advanced(by: settings.restartDelay))
        next.lead(from: now.advanced(by: gap))
        next.effectsSent += former.effectsSent
        former.effectsSent = 0
        (weir, standby) = (next, former)
        world.budget.restart()
    }

    private mutating func drain(_ number: Int) {
        let names = SimulatedNodes.names(count: settings.nodeCount)
        guard let node = Self.pick(names, number) else { return }
        setSchedulable(node, false)
        var due = elapsed
        for pod in pods.pods(on: node) {
            due += world.random.duration(in: Self.evictionGap)
            schedule(.evict(pod.key), at: due)
        }
        let body: JSONValue = ["spec": ["unschedulable": nil]]
        schedule(.write(.patch(.init(.node, ObjectKey(name: node), body: body))), at: elapsed + Self.drainTime)
    }

    private mutating func setSchedulable(_ node: String, _ isSchedulable: Bool) {
        let body: JSONValue = ["spec": ["unschedulable": isSchedulable ? nil : true]]
        world.perform(
            .patch(.init(.node, ObjectKey(name: node), body: body)), by: SimulatedActor.personName, now: now)
    }

    private mutating func evict(_ key: ObjectKey) {
        guard let pod = object(.pod, key), !pod.isDeleting else { return }
        if let host = pod.status["podIP"]?.stringValue { promises.environment.evict(host, now: now) }
        world.perform(.evict(key), by: SimulatedActor.personName, now: now)
    }

    /// Gives the first group of every rule that names two this share, and the others the rest.
    private mutating func moveWeight(canary weight: Int) {
        let record = AWSRecord(world.loadBalancer)
        for rollout in observer.rollouts where rollout.spec.canary.alb != nil {
            let name = rollout.spec.canary.routed(stable: rollout.status.stablePingPong).canary
            for (arn, forward) in record.rules where forward.targetGroups.count > 1 {
                var action = forward
                for index in action.targetGroups.indices {
                    let resource = record.resources[action.targetGroups[index].arn] ?? ""
                    action.targetGroups[index].weight = resource.contains("-\(name):") ? weight : 100 - weight
                }
                guard action.targetGroups.contains(where: { $0.weight == weight }) else { continue }
                promises.environment.editInConsole(now: now)
                let request = ELBRequest.modifyRule(.init(arn: arn, actions: [.forward(action)]))
                _ = world.call(request, by: SimulatedActor.personName, now: now)
            }
        }
    }

    /// The newest plan of each Rollout.
    var waits: [ObjectKey: Plan] {
        var result: [ObjectKey: Plan] = [:]
        for (key, plan) in weir.lastPlans where weir.state.controller(of: key).name == "rollout" {
            result[key.object] = plan
        }
        return result
    }
}

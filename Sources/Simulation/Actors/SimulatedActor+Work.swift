import ControllerRuntime
import ELBModel
import KubernetesModel
import Planning

extension SimulatedActor {
    /// Plans what is due and moves every job that is due by one stage; `true` when something was.
    mutating func work(in world: inout SimulatedWorld, now: Timestamp) -> Bool {
        var hasWorked = false
        for key in takeReady(now: now) {
            hasWorked = true
            guard state.isCaughtUp(key, now: local(now)) else {
                state.postponed(key, now: local(now))
                continue
            }
            plans[state.controller(of: key).name, default: 0] += 1
            let plan = state.plan(key, now: local(now))
            if name != Self.clusterName { lastPlans[key] = plan }
            jobs.append(ActorJob(key: key, plan: plan, due: now))
        }
        var index = 0
        while index < jobs.count {
            guard jobs[index].due <= now else {
                index += 1
                continue
            }
            hasWorked = true
            var job = jobs[index]
            let isFinished = advance(&job, in: &world, now: now)
            if let limit = crashAfterEffect, effectsSent >= limit {
                crashAfterEffect = nil
                world.trace.add("\(name) crashes after effect \(effectsSent)", now: now)
                start(at: now.advanced(by: settings.restartDelay))
                world.budget.restart()
                return true
            }
            if isFinished {
                jobs.remove(at: index)
            } else {
                jobs[index] = job
                index += 1
            }
        }
        return work(onReadsIn: &world, now: now) || hasWorked
    }

    /// Moves a job by one stage; `true` when it is over.
    private mutating func advance(_ job: inout ActorJob, in world: inout SimulatedWorld, now: Timestamp) -> Bool {
        switch job.stage {
        case .send(let index):
            guard job.plan.effects.indices.contains(index) else {
                let isWaiting = state.want(job.plan, by: job.key, now: local(now))
                state.succeeded(job.key, plan: job.plan, isWaiting: isWaiting, now: local(now))
                return true
            }
            send(job.plan.effects[index], index, &job, in: &world, now: now)
            return false
        case .answered(let index, let answer):
            let failure = take(answer, for: job, now: now)
            if case .kubernetes(let write, let result) = answer {
                followUp(result, of: write, for: job.key, in: &world, now: now)
            }
            if let failure {
                fail(job, failure, in: &world, now: now)
                return true
            }
            job.stage = .send(index + 1)
            return false
        case .paced(let index, let ticket):
            guard case .elb(let request) = job.plan.effects[index] else {
                preconditionFailure("only calls to AWS wait for their turn")
            }
            if case .wait(let time) = budget.poll(ticket, now: now) {
                job.due = time
                return false
            }
            effectsSent += 1
            state.sends(request, now: local(now))
            let result = call(request, in: &world, now: now)
            job.stage = .answered(index, .elb(result))
            job.due = now.advanced(by: world.random.duration(in: settings.awsLatency))
            return false
        }
    }

    /// Calls AWS, and notes whether it was too much.
    mutating func call(
        _ request: ELBRequest, in world: inout SimulatedWorld, now: Timestamp
    ) -> Result<ELBResponse, ELBFailure> {
        let result = world.call(request, by: name, now: now)
        if case .failure(let failure) = result, failure.isThrottling {
            budget.throttled(request, now: now)
        } else {
            budget.answered(request)
        }
        return result
    }

    private mutating func send(
        _ effect: Effect, _ index: Int, _ job: inout ActorJob, in world: inout SimulatedWorld, now: Timestamp
    ) {
        switch effect {
        case .kubernetes(let write):
            effectsSent += 1
            let result = world.performDisturbed(write, by: name, now: now)
            job.stage = .answered(index, .kubernetes(write, result))
            job.due = now.advanced(by: world.random.duration(in: settings.kubernetesLatency))
        case .elb(let request):
            let lane = CallLane(effectsOf: job.plan)
            job.stage = .paced(index, budget.enter(request, lane: lane, now: now))
        case .event(let record):
            // Normal events say what the trace says already.
            if record.severity == .warning { world.trace.add("\(name) \(record)", now: now) }
            job.stage = .send(index + 1)
        }
    }

    /// Records an answer; returns the refusal, if it is one.
    private mutating func take(
        _ answer: ActorJob.EffectAnswer, for job: ActorJob, now: Timestamp
    ) -> (any Error)? {
        switch answer {
        case .kubernetes(let write, .success(let object)):
            state.wrote(write, answered: object, by: job.key, now: local(now))
            return nil
        case .kubernetes(_, .failure(let failure)):
            return failure
        case .elb(let result):
            state.mutatedAWS(job.plan, now: local(now))
            if case .failure(let failure) = result { return failure }
            return nil
        }
    }

    /// Does what else the controller wants done about the outcome of a write; what is refused is left.
    private mutating func followUp(
        _ result: Result<KubernetesObject?, KubernetesFailure>, of write: KubernetesWrite, for key: WorkKey,
        in world: inout SimulatedWorld, now: Timestamp
    ) {
        let outcome: WriteOutcome =
            switch result {
            case .success(let object): .done(object)
            case .failure(let failure): .refused(failure)
            }
        let effects = state.controller(of: key)
            .followUp(outcome, of: write, for: key.object, in: state.world, now: local(now))
        for effect in effects {
            switch effect {
            case .kubernetes(let write):
                effectsSent += 1
                if case .success(let object) = world.performDisturbed(write, by: name, now: now) {
                    state.wrote(write, answered: object, by: key, now: local(now))
                }
            case .event(let record):
                if record.severity == .warning, name != Self.clusterName {
                    world.trace.add("\(name) \(record)", now: now)
                }
            case .elb: preconditionFailure("no write to the API server is followed up by a call of AWS")
            }
        }
    }

    private mutating func fail(
        _ job: ActorJob, _ failure: any Error, in world: inout SimulatedWorld, now: Timestamp
    ) {
        let count = state.countFailure(job.key)
        let policy = FailurePolicy(failure)
        let delay = policy.delay(failures: count, using: &world.random)
        let controller = state.controller(of: job.key)
        if policy != .replan,
            let record = controller.event(forFailure: "\(failure)", of: job.key.object, in: state.world)
        {
            world.trace.add("\(name) \(record)", now: now)
        }
        state.failed(job.key, retryAfter: delay, now: local(now))
    }
}

import ControllerRuntime
import ELBModel
import KubernetesModel
import Planning

/// Reads of AWS, side by side with the work on keys.
extension SimulatedActor {
    /// Begins the reads that are wanted and moves those that are due by one stage; `true` when there was any.
    mutating func work(onReadsIn world: inout SimulatedWorld, now: Timestamp) -> Bool {
        var hasWorked = false
        var index = 0
        while index < reads.count {
            guard reads[index].due <= now else {
                index += 1
                continue
            }
            hasWorked = true
            var read = reads[index]
            if advance(&read, in: &world, now: now) {
                reads.remove(at: index)
            } else {
                reads[index] = read
                index += 1
            }
        }
        while hasSynced, !isStandby, var order = state.takeRead(now: local(now)) {
            hasWorked = true
            switch order.procedure.start() {
            case .done(let facts): finish(order, .success(facts), startedAt: nil, now: now)
            case .call(let request):
                let ticket = budget.enter(request, lane: order.lane, now: now)
                reads.append(ActorRead(order: order, startedAt: nil, stage: .paced(request, ticket), due: now))
            }
        }
        return hasWorked
    }

    /// Moves a read by one stage; `true` when it is over.
    private mutating func advance(
        _ read: inout ActorRead, in world: inout SimulatedWorld, now: Timestamp
    ) -> Bool {
        switch read.stage {
        case .paced(let request, let ticket):
            if case .wait(let time) = budget.poll(ticket, now: now) {
                read.due = time
                return false
            }
            read.startedAt = read.startedAt ?? local(now)
            read.stage = .told(request, call(request, in: &world, now: now))
            read.due = now.advanced(by: world.random.duration(in: settings.awsLatency))
            return false
        case .told(_, .failure(let failure)):
            finish(read.order, .failure(failure), startedAt: read.startedAt, now: now)
            return true
        case .told(_, .success(let response)):
            switch read.order.procedure.receive(response) {
            case .call(let request):
                read.stage = .paced(request, budget.enter(request, lane: read.order.lane, now: now))
                return false
            case .done(let facts):
                finish(read.order, .success(facts), startedAt: read.startedAt, now: now)
                return true
            }
        }
    }

    private mutating func finish(
        _ order: ReadOrder, _ result: Observation.Result, startedAt: Timestamp?, now: Timestamp
    ) {
        var time = [startedAt, order.procedure.sharedSince].compactMap { $0 }.min() ?? local(now)
        var listenersSince = order.procedure.listenersSince
        if case .failure = result { (time, listenersSince) = (local(now), nil) }
        state.observed(
            order.subject,
            Observation(startedAt: time, listenersSince: listenersSince, result: result),
            learned: order.procedure.learned, now: local(now))
    }
}

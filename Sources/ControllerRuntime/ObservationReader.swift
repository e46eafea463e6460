import ELBModel
package import KubernetesModel
package import Planning

/// Carries out an `ObservationProcedure` over a connection.
package enum ObservationReader {
    /// What a read came to.
    package struct Outcome: Sendable {
        package var observation: Observation
        /// What it has learned on the way, for other reads.
        package var learned: AWSInventory
    }

    /// Reads one subject; a refusal or a missing answer becomes the observation's failure.
    package static func read(
        _ subject: ObservationSubject, from elb: any ELBAPI, now: @Sendable () -> Timestamp
    ) async -> Observation {
        let order = ReadOrder(subject: subject, procedure: ObservationProcedure(subject, now: now()), lane: .verify)
        return await read(order, from: elb, now: now).observation
    }

    /// Carries out an order.
    ///
    /// The observation is as old as the request whose answer is oldest: what that call waited for its turn, or was
    /// refused for a while, does not make it older.
    package static func read(
        _ order: ReadOrder, from elb: any ELBAPI, now: @Sendable () -> Timestamp
    ) async -> Outcome {
        var procedure = order.procedure
        var startedAt: Timestamp?
        var step = procedure.start()
        do {
            while case .call(let request) = step {
                let began = now()
                let answer = try await elb.call(request, lane: order.lane)
                startedAt = startedAt ?? answer.sentAt ?? began
                step = procedure.receive(answer.response)
            }
            guard case .done(let facts) = step else { preconditionFailure("a procedure ends with its facts") }
            let oldest = [startedAt, procedure.sharedSince].compactMap { $0 }.min() ?? now()
            return Outcome(
                observation: Observation(
                    startedAt: oldest, listenersSince: procedure.listenersSince, result: .success(facts)),
                learned: procedure.learned)
        } catch {
            let failure = error as? ELBFailure ?? ELBFailure("NoAnswer", "reading \(order.subject): \(error)")
            return Outcome(
                observation: Observation(startedAt: now(), result: .failure(failure)), learned: procedure.learned)
        }
    }
}

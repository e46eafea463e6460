import ELBModel
package import KubernetesModel
package import Planning

/// Carries out an `ObservationProcedure` over a connection.
package enum ObservationReader {
    /// Reads one subject; a refusal or a missing answer becomes the observation's failure.
    package static func read(
        _ subject: ObservationSubject, from elb: any ELBAPI, now: @Sendable () -> Timestamp
    ) async -> Observation {
        let startedAt = now()
        var procedure = ObservationProcedure(subject)
        var step = procedure.start()
        do {
            while case .call(let request) = step {
                step = procedure.receive(try await elb.call(request))
            }
            guard case .done(let facts) = step else { preconditionFailure("a procedure ends with its facts") }
            return Observation(startedAt: startedAt, result: .success(facts))
        } catch let failure as ELBFailure {
            return Observation(startedAt: startedAt, result: .failure(failure))
        } catch {
            let failure = ELBFailure(.init(rawValue: "NoAnswer"), "reading \(subject): \(error)")
            return Observation(startedAt: startedAt, result: .failure(failure))
        }
    }
}

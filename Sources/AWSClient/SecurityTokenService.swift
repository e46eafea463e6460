package import AWSSigning
import ELBModel
package import KubernetesModel

/// The few calls of the Security Token Service that this client needs. Source: STS API, version 2011-06-15.
package struct SecurityTokenService: Sendable {
    /// The largest number of calls for one answer.
    static let attemptsMax = 3
    private let endpoint: AWSEndpoint
    private let region: String
    private let transport: any AWSTransport

    package init(endpoint: AWSEndpoint, region: String, transport: any AWSTransport) {
        self.endpoint = endpoint
        self.region = region
        self.transport = transport
    }

    /// Who makes the calls.
    package struct Identity: Equatable, Sendable {
        /// Twelve digits.
        package var account: String
        /// Of the user or the assumed role.
        package var arn: String

        package init(account: String, arn: String) {
            self.account = account
            self.arn = arn
        }
    }

    /// What AssumeRole takes.
    struct Assumption: Sendable {
        var role: String
        var session: String
        var externalID: String?
        /// 900 to 43200.
        var seconds: Int?
    }

    /// Asks who the keys belong to; needs no permission.
    package func callerIdentity(
        _ key: SigningKeyPair, now: Timestamp
    ) async throws(CredentialFailure) -> Identity {
        let answer = try await call([QueryItem("Action", "GetCallerIdentity")], signedBy: key, now: now)
        let result = answer["GetCallerIdentityResult"]
        guard let account = result?["Account"]?.text, let arn = result?["Arn"]?.text else {
            throw CredentialFailure("\(endpoint) answered GetCallerIdentity without Account and Arn")
        }
        return Identity(account: account, arn: arn)
    }

    /// Takes over a role.
    func assumeRole(
        _ wish: Assumption, with key: SigningKeyPair, now: Timestamp
    ) async throws(CredentialFailure) -> Credentials {
        var items = [
            QueryItem("Action", "AssumeRole"), QueryItem("RoleArn", wish.role),
            QueryItem("RoleSessionName", wish.session),
        ]
        if let id = wish.externalID { items.append(QueryItem("ExternalId", id)) }
        if let seconds = wish.seconds { items.append(QueryItem("DurationSeconds", String(seconds))) }
        let answer = try await call(items, signedBy: key, now: now)
        let part = answer["AssumeRoleResult"]?["Credentials"]
        guard let id = part?["AccessKeyId"]?.text, let secret = part?["SecretAccessKey"]?.text,
            let token = part?["SessionToken"]?.text
        else { throw CredentialFailure("\(endpoint) answered AssumeRole of '\(wish.role)' without credentials") }
        let expiry = part?["Expiration"].flatMap { Timestamp(parsing: $0.text) }
        return Credentials(
            key: SigningKeyPair(accessKeyID: id, secretAccessKey: secret, sessionToken: token), expiresAt: expiry,
            origin: "role \(wish.role)")
    }

    private func call(
        _ items: [QueryItem], signedBy key: SigningKeyPair, now: Timestamp
    ) async throws(CredentialFailure) -> XMLElement {
        let operation = items[0].value
        let body = Array(FormEncoding.encode(items + [QueryItem("Version", "2011-06-15")]).utf8)
        let request = endpoint.signedForm(
            body, with: key, region: region, service: .securityToken, seconds: now.secondsSinceEpoch,
            timeout: .seconds(10))
        var problem = ""
        for _ in 0..<Self.attemptsMax {
            do throws(AWSTransportFailure) {
                let response = try await transport.send(request)
                guard response.status == 200 else {
                    let refusal = ELBFailure(xml: response.body, httpStatus: response.status)
                    problem = refusal.description
                    guard refusal.isTransient else { break }
                    continue
                }
                return try Self.parse(response, of: operation)
            } catch {
                problem = error.problem
            }
        }
        throw CredentialFailure("\(endpoint) refused \(operation): \(problem)")
    }

    private static func parse(
        _ response: AWSHTTPResponse, of operation: String
    ) throws(AWSTransportFailure) -> XMLElement {
        do {
            return try XMLReader.parse(response.body)
        } catch {
            throw AWSTransportFailure(problem: "the answer to \(operation) is not XML", mayHaveArrived: true)
        }
    }
}

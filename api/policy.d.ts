// @ambit/policy
export declare class Action<X extends ActionTypes> {
    #private;
    readonly types: X;
    constructor(draft: ActionDraft);
    get draft(): ActionDraft;
    input<I>(): Action<X & {
        readonly input: I;
    }>;
    withoutObject(): Action<X & {
        readonly isWithoutObject: true;
    }>;
    details<D extends object>(type: string): Action<X & {
        readonly details: D;
    }>;
    fact<const N extends string, T>(name: N, declaration: FactDeclaration<X, T>): Action<X & {
        readonly facts: {
            readonly [K in N]: T;
        };
    }>;
    when(name: string, condition: (subjects: ConditionSubjects<X>) => Condition): Action<X>;
    forbid(name: string, condition: (subjects: ConditionSubjects<X>) => Condition): Action<X>;
    stepUp(login: LoginDeclaration<X['level']>, unless?: (subjects: ConditionSubjects<X>) => Condition): Action<X>;
    hidden(): Action<X>;
}
export type ActionModel = {
    readonly name: string;
    readonly resource: string;
    readonly requirement: Requirement;
    readonly rules: readonly Rule[];
    readonly facts: readonly FactModel[];
    readonly detailType?: string;
    readonly isHidden: boolean;
};
export type ActionOf<P> = P extends Policy<infer Actions> ? keyof Actions & string : never;
export type ActionTypes = {
    readonly scope: string;
    readonly claims: object;
    readonly level: string;
    readonly resource: string;
    readonly object: unknown;
    readonly isWithoutObject: unknown;
    readonly input: unknown;
    readonly details: unknown;
    readonly facts: object;
};
export type AgreementPlace = {
    readonly source: AgreementSource;
    readonly at: string;
    readonly says: string;
};
export type AgreementSource = 'openapi' | 'policy' | 'code';
export type AgreementSources = {
    readonly catalogue: Catalogue;
    readonly operations?: readonly OpenApiOperation[];
    readonly policy?: PolicyModel;
    readonly routes?: readonly RouteGuard[];
    readonly actionOf?: Readonly<Record<string, string>>;
};
export type AnyPolicy = {
    readonly model: PolicyModel;
    readonly evaluator: Evaluator;
};
export type Attribute = {
    readonly kind: 'attribute';
    readonly source: Source;
    readonly path: readonly string[];
};
export type BoundaryCase = {
    readonly rule: string;
    readonly about: string;
    readonly what: Variant['what'];
    readonly token: TokenView;
    readonly circumstances: Circumstances;
    readonly expected: Decision;
};
export type Circumstances = {
    readonly resource?: unknown;
    readonly input?: unknown;
    readonly facts?: Readonly<Record<string, unknown>>;
    readonly now: number;
    readonly requestFacts?: RequestFacts;
};
export type CircumstancesFor<X extends ActionTypes> = Flat<ObjectOf<X, {
    readonly [N in X['resource']]: X['object'];
}> & Declared<X['input'], {
    readonly input: X['input'];
}> & {
    readonly facts?: Partial<X['facts']>;
}>;
export type CircumstancesOf<P, N extends ActionOf<P>> = P extends Policy<infer Actions> ? (N extends keyof Actions ? CircumstancesFor<Actions[N]> : never) : never;
export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';
export declare class Condition {
    #private;
    constructor(expression: Expression);
    get expression(): Expression;
    and(...others: readonly Condition[]): Condition;
    or(...others: readonly Condition[]): Condition;
    not(): Condition;
}
export type CoverageChange = {
    readonly held: string;
    readonly reached: string;
};
export type Decision = {
    readonly kind: 'allow';
}
 | {
    readonly kind: 'insufficient_scope';
    readonly needed: ScopeSet;
    readonly missing: ScopeSet;
}
 | {
    readonly kind: 'step_up';
    readonly acr?: string;
    readonly maxAge?: number;
    readonly rule: string;
}
 | {
    readonly kind: 'forbidden';
    readonly rule: string;
    readonly isHidden: boolean;
};
export type Disagreement = {
    readonly kind: DisagreementKind;
    readonly operation: string;
    readonly first: AgreementPlace;
    readonly second: AgreementPlace;
    readonly message: string;
};
export type DisagreementKind =
'wider' | 'narrower'
 | 'other'
 | 'public'
 | 'missing'
 | 'action'
 | 'unknown_scope'
 | 'more_than_token';
export type Enforcement =
{
    readonly kind: 'public';
}
 | {
    readonly kind: 'optional';
}
 | {
    readonly kind: 'token';
    readonly needs: {
        readonly anyOf: readonly [AllOf, ...AllOf[]];
    };
}
 | {
    readonly kind: 'refused';
    readonly reason: string;
};
export type Evaluator = {
    readonly decide: (action: string, token: TokenView, circumstances: Circumstances) => Decision | Promise<Decision>;
    readonly explain: (action: string, token: TokenView, circumstances: Circumstances) => Explanation | Promise<Explanation>;
};
export type EvaluatorOptions = {
    readonly facts?: ReadonlyMap<string, readonly FactSource[]>;
    readonly timer?: Timer;
};
export type Example = {
    readonly claims: Readonly<Record<string, unknown>>;
    readonly resource: Readonly<Record<string, unknown>>;
    readonly input: Readonly<Record<string, unknown>>;
    readonly facts: Readonly<Record<string, unknown>>;
    readonly now: number;
};
export type ExplainedComparison = {
    readonly text: string;
    readonly outcome: ExplainedOutcome;
};
export type ExplainedOutcome = 'true' | 'false' | 'error' | 'not loaded';
export type ExplainedRule = {
    readonly kind: Rule['kind'];
    readonly name: string;
    readonly outcome: ExplainedOutcome;
    readonly decides: boolean;
    readonly text: string;
    readonly comparisons: readonly ExplainedComparison[];
};
export type Explanation = {
    readonly action: string;
    readonly decision: Decision;
    readonly scope: {
        readonly needed: string;
        readonly held: string;
        readonly missing: string;
    };
    readonly rules: readonly ExplainedRule[];
};
export type Expression = {
    readonly kind: 'constant';
    readonly value: boolean;
} | {
    readonly kind: 'compare';
    readonly by: Comparison;
    readonly left: Operand;
    readonly right: Operand;
}
 | {
    readonly kind: 'within';
    readonly left: Operand;
    readonly percent: number;
    readonly right: Operand;
}
 | {
    readonly kind: 'in';
    readonly item: Operand;
    readonly list: Operand;
}
 | {
    readonly kind: 'is';
    readonly value: boolean;
    readonly of: Operand;
}
 | {
    readonly kind: 'present';
    readonly of: Operand;
} | {
    readonly kind: 'and';
    readonly all: readonly Expression[];
} | {
    readonly kind: 'or';
    readonly any: readonly Expression[];
} | {
    readonly kind: 'not';
    readonly of: Expression;
};
export type FactDeclaration<X extends ActionTypes, T> = {
    readonly load: (subjects: LoadSubjects<X>) => T | Promise<T>;
    readonly timeout?: number;
};
export type FactModel = {
    readonly name: string;
    readonly timeout: number;
};
export type FactSource = {
    readonly name: string;
    readonly timeout: number;
    readonly isPerInput: boolean;
    readonly load: (subject: FactSubject, signal: AbortSignal) => unknown;
};
export type FactSubject = {
    readonly token: TokenView;
    readonly resource: unknown;
    readonly input: unknown;
};
export type KnownCircumstances = Omit<Circumstances, 'requestFacts'>;
export type LeastScopes = {
    readonly kind: 'least';
    readonly scope: ScopeSet;
    readonly further: readonly string[];
}
 | {
    readonly kind: 'impossible';
    readonly actions: readonly string[];
}
 | {
    readonly kind: 'too_many';
};
export type LeastScopesOptions = {
    readonly grantType?: string;
    readonly ceiling?: ScopeSet;
    readonly mostSteps?: number;
};
export type Level = {
    readonly kind: 'level';
    readonly of: Attribute | Literal;
};
export type Literal = {
    readonly kind: 'literal';
    readonly value: Scalar | readonly Scalar[];
};
export type OpenApiAlternative = {
    readonly scopes: readonly string[];
    readonly schemes: readonly string[];
    readonly alsoNeeds: readonly OtherCredential[];
};
export type OpenApiOperation = {
    readonly operationId?: string;
    readonly method: string;
    readonly path: string;
    readonly basePaths: readonly string[];
    readonly tags: readonly string[];
    readonly action?: string;
    readonly requirement: OpenApiRequirement;
    readonly pointer: string;
    readonly requirementPointer?: string;
};
export type OpenApiProblem = {
    readonly severity: 'error' | 'warning';
    readonly pointer: string;
    readonly message: string;
};
export type OpenApiReading = {
    readonly version?: OpenApiVersion;
    readonly title: string;
    readonly operations: readonly OpenApiOperation[];
    readonly schemes: ReadonlyMap<string, SecurityScheme>;
    readonly problems: readonly OpenApiProblem[];
};
export type OpenApiRequirement =
{
    readonly kind: 'public';
}
 | {
    readonly kind: 'optional';
    readonly anyOf: readonly OpenApiAlternative[];
}
 | {
    readonly kind: 'needs';
    readonly anyOf: readonly [OpenApiAlternative, ...OpenApiAlternative[]];
}
 | {
    readonly kind: 'unenforceable';
    readonly anyOf: readonly OpenApiAlternative[];
    readonly reason: string;
};
export type OpenApiVersion = '2.0' | '3.0' | '3.1' | '3.2';
export type OpeningCell = {
    readonly action: string;
    readonly scope: string;
    readonly opens: 'alone' | 'in_part';
    readonly by: 'itself' | 'coverage';
};
export type Operand = Literal | Attribute | Level;
export type OtherCredential = {
    readonly scheme: string;
    readonly kind: string;
    readonly roles: readonly string[];
};
export type PictureMark = {
    readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
    readonly label: string;
};
export type PictureOptions = {
    readonly title?: string;
    readonly actions?: ReadonlyMap<string, PictureMark>;
    readonly scopes?: ReadonlyMap<string, PictureMark>;
};
export interface Policy<Actions extends Readonly<Record<string, ActionTypes>>> extends AnyPolicy {
    decide<N extends keyof Actions & string>(action: N, token: TokenView, circumstances: CircumstancesFor<Actions[N]> & Moment): DecisionFor<Actions[N]>;
    explain<N extends keyof Actions & string>(action: N, token: TokenView, circumstances: CircumstancesFor<Actions[N]> & Moment): DecisionFor<Actions[N], Explanation>;
    residual<N extends keyof Actions & string>(action: N, token: TokenView, known: Partial<CircumstancesFor<Actions[N]>> & Pick<Moment, 'now'>): Residual;
}
export declare class PolicyBuilder<Scope extends string, Claims extends object, Level extends string, Objects extends object> {
    #private;
    constructor(catalogue: Catalogue, options: PolicyOptions, levels?: readonly string[]);
    claims<C extends object>(): PolicyBuilder<Scope, C, Level, Objects>;
    levels<const L extends string>(levels: readonly L[]): PolicyBuilder<Scope, Claims, L, Objects>;
    objects<O extends object>(): PolicyBuilder<Scope, Claims, Level, O>;
    actions<const D extends Declaration<Scope, Claims, Level, Objects>>(declaration: D): Policy<{
        [N in ActionNames<D>]: TypesOf<D, N>;
    }>;
}
export type PolicyDiff = {
    readonly widened: readonly ReachChange[];
    readonly narrowed: readonly ReachChange[];
    readonly rules: readonly RulesDiff[];
    readonly coverage: {
        readonly gained: readonly CoverageChange[];
        readonly lost: readonly CoverageChange[];
    };
};
export declare class PolicyError extends Error {
    readonly name = "PolicyError";
    readonly problems: readonly PolicyProblem[];
    constructor(problems: readonly PolicyProblem[]);
}
export type PolicyModel = {
    readonly catalogue: Catalogue;
    readonly actions: ReadonlyMap<string, ActionModel>;
    readonly levels: readonly string[];
};
export type PolicyOptions = {
    readonly timer?: Timer;
};
export type PolicyProblem = {
    readonly path: string;
    readonly message: string;
};
export type Reach = Residual & {
    readonly action: string;
    readonly by?: ScopeSet;
};
export type ReachChange =
{
    readonly kind: 'action';
    readonly action: string;
    readonly sets: readonly (readonly string[])[];
}
 | {
    readonly kind: 'scope';
    readonly action: string;
    readonly sets: readonly (readonly string[])[];
    readonly isComplete: boolean;
}
 | {
    readonly kind: 'rules';
    readonly action: string;
    readonly rules: readonly RuleChange[];
    readonly example: Example;
};
export type ReadOptions = {
    readonly documentUrl?: string;
};
export type Remaining = {
    readonly rules: readonly RemainingRule[];
    readonly condition: Expression;
};
export type RemainingRule = {
    readonly kind: Rule['kind'];
    readonly name: string;
    readonly condition: Expression;
};
export declare class RequestFacts {
    #private;
    find(source: FactSource, subject: FactSubject, timer: Timer): Promise<LoadedFact>;
}
export type Residual = {
    readonly kind: 'yes';
}
 | {
    readonly kind: 'no';
    readonly decision: Decision;
}
 | {
    readonly kind: 'if';
    readonly anyOf: readonly [Remaining, ...Remaining[]];
};
export declare class Resource<X extends ActionTypes> {
    #private;
    constructor(name: string, facts?: readonly FactSource[]);
    needs(needs: Needs<X['scope']>): Action<X>;
    fact<const N extends string, T>(name: N, declaration: FactDeclaration<X, T>): Resource<X & {
        readonly facts: {
            readonly [K in N]: T;
        };
    }>;
}
export type RouteGuard<Token extends string = string, Action extends string = string> = {
    readonly method: string;
    readonly path: string;
    readonly place?: string;
} & ({
    readonly needs: Needs<Token>;
} | {
    readonly action: Action;
} | {
    readonly isPublic: true;
});
export type RouteMatch = {
    readonly kind: 'operation';
    readonly operation: OpenApiOperation;
}
 | {
    readonly kind: 'unknown_path';
    readonly reason: string;
}
 | {
    readonly kind: 'unknown_method';
    readonly methods: readonly string[];
};
export type RouteOptions = {
    readonly basePath?: string;
};
export type RouteTable = {
    readonly find: (method: string, path: string) => RouteMatch;
};
export type Rule =
{
    readonly kind: 'when';
    readonly name: string;
    readonly condition: Expression;
}
 | {
    readonly kind: 'forbid';
    readonly name: string;
    readonly condition: Expression;
}
 | {
    readonly kind: 'stepUp';
    readonly name: string;
    readonly acr?: string;
    readonly maxAge?: number;
    readonly unless: Expression;
};
export type RuleChange = {
    readonly change: 'added' | 'removed' | 'changed';
    readonly kind: Rule['kind'];
    readonly name: string;
};
export type RulesDiff = {
    readonly action: string;
    readonly rules: readonly RuleChange[];
    readonly widens: Verdict['answer'];
    readonly narrows: Verdict['answer'];
};
export type Scalar = string | number | boolean;
export type SecurityScheme = {
    readonly name: string;
    readonly kind: string;
    readonly isToken: boolean;
    readonly scopes?: ReadonlyMap<string, string>;
    readonly pointer: string;
};
export type Source =
'token'
 | 'resource'
 | 'input'
 | 'fact'
 | 'details';
export type Timer = (milliseconds: number, callback: () => void) => () => void;
export type TokenView = {
    readonly scope: ScopeSet;
    readonly claims: Readonly<Record<string, unknown>>;
};
export type UnusedScope =
{
    readonly kind: 'opens_nothing';
    readonly name: string;
}
 | {
    readonly kind: 'needed_nowhere';
    readonly name: string;
    readonly covers: readonly string[];
};
export declare function attributesIn(expression: Expression): readonly Attribute[];
export declare function boundaryCases(model: PolicyModel, name: string): readonly BoundaryCase[];
export declare function catalogueOf({ schemes, operations }: Pick<OpenApiReading, 'schemes' | 'operations'>): Catalogue;
export declare function comparisonsIn(expression: Expression): readonly Expression[];
export declare function createEvaluator(model: PolicyModel, { facts, timer }?: EvaluatorOptions): Evaluator;
export declare function createRouteTable(operations: readonly OpenApiOperation[], options?: RouteOptions): RouteTable;
export declare function diff(before: PolicyModel, after: PolicyModel): PolicyDiff;
export declare function enforcementOf(requirement: OpenApiRequirement, checkedByApi: ReadonlySet<string>): Enforcement;
export declare function findDisagreements(sources: AgreementSources): readonly Disagreement[];
export declare function leastScopes(policy: PolicyModel, actions: readonly string[], options?: LeastScopesOptions): LeastScopes;
export declare function openingCells(policy: PolicyModel): readonly OpeningCell[];
export declare function operandsOf(expression: Expression): readonly Operand[];
export declare function partsOf(expression: Expression): readonly Expression[];
export declare function picture(policy: PolicyModel, options?: PictureOptions): string;
export declare function pointerIn(fragment: string): string | undefined;
export declare function policy<Token extends string>(catalogue: Catalogue<Token>, options?: PolicyOptions): PolicyBuilder<Token, NoMembers, never, NoMembers>;
export declare function printDecision(decision: Decision): string;
export declare function printExplanation({ action, decision, scope, rules }: Explanation): string;
export declare function printExpression(expression: Expression, resource: string): string;
export declare function reach(policy: PolicyModel, token: TokenView, known: KnownCircumstances): readonly Reach[];
export declare function readOperations(document: unknown, options?: ReadOptions): OpenApiReading;
export declare function residualOf(model: PolicyModel, name: string, { token, known }: {
    readonly token: TokenView;
    readonly known: KnownCircumstances;
}): Residual;
export declare function unusedScopes(policy: PolicyModel): readonly UnusedScope[];
export declare function valueAt(document: unknown, pointer: string): unknown;
// Not exported, needed above.
type ActionDraft = {
    readonly resource: string;
    readonly needs: Needs;
    readonly rules: readonly Rule[];
    readonly facts: readonly FactSource[];
    readonly hasObject: boolean;
    readonly hasInput: boolean;
    readonly detailTypes: readonly string[];
    readonly isHidden: boolean;
    readonly problems: readonly {
        readonly at: string;
        readonly message: string;
    }[];
};
type ActionNames<D> = {
    [R in keyof D & string]: `${R}.${keyof ActionsOf<D[R]> & string}`;
}[keyof D & string];
type ActionStart<Scope extends string, Claims extends object, Level extends string, Name extends string, Item> = {
    readonly scope: Scope;
    readonly claims: Claims;
    readonly level: Level;
    readonly resource: Name;
    readonly object: Item;
    readonly isWithoutObject: unknown;
    readonly input: unknown;
    readonly details: unknown;
    readonly facts: NoMembers;
};
type ActionsOf<F> = F extends (...args: never[]) => infer A ? A : never;
type AnyAction = Pick<Action<ActionTypes>, 'types' | 'draft'>;
interface AnyAttribute {
    present(): Condition;
}
type Assigned = {
    readonly attribute: Attribute;
    readonly value: unknown;
};
type AttributeOf<V> = AttributeOfPresent<NonNullable<V>>;
type AttributeOfPresent<V> = [V] extends [string] ? TextAttribute<V> : [V] extends [number] ? NumberAttribute<V> : [V] extends [boolean] ? FlagAttribute : [V] extends [readonly (infer E)[]] ? ListOf<E> : [V] extends [object] ? ObjectAttribute<V> : AnyAttribute;
type ConditionSubjects<X extends ActionTypes> = Flat<{
    readonly token: TokenAttribute<X['claims'], X['level']>;
} & ObjectOf<X, {
    readonly [N in X['resource']]: AttributeOf<X['object']>;
}> & Declared<X['input'], {
    readonly input: AttributeOf<X['input']>;
}> & Declared<X['details'], {
    readonly details: AttributeOf<X['details']>;
}> & {
    readonly fact: {
        readonly [N in keyof X['facts']]: AttributeOf<X['facts'][N]>;
    };
}>;
type DecisionFor<X extends ActionTypes, D = Decision> = keyof X['facts'] extends never ? D : Promise<D>;
type Declaration<Scope extends string, Claims extends object, Level extends string, Objects extends object> = {
    readonly [N in keyof Objects & string]?: (resource: Resource<ActionStart<Scope, Claims, Level, N, Objects[N]>>) => Readonly<Record<string, AnyAction>>;
};
type Declared<V, Member> = unknown extends V ? unknown : Member;
interface FlagAttribute extends AnyAttribute {
    readonly [typeOf]: 'flag';
    isTrue(): Condition;
    isFalse(): Condition;
    eq(other: FlagAttribute): Condition;
    ne(other: FlagAttribute): Condition;
}
type Flat<T> = {
    readonly [K in keyof T]: T[K];
};
type IsMethod<V> = [NonNullable<V>] extends [(...args: never[]) => unknown] ? true : false;
interface LevelAttribute<Level extends string> extends TextAttribute<Level> {
    lt(level: Level): Condition;
    lte(level: Level): Condition;
    gt(level: Level): Condition;
    gte(level: Level): Condition;
}
interface ListAttribute<E extends string | number> extends AnyAttribute {
    readonly [typeOf]: 'list';
    contains(item: E | AttributeOf<E>): Condition;
}
type ListOf<E> = [E] extends [string] ? ListAttribute<E> : [E] extends [number] ? ListAttribute<E> : AnyAttribute;
type LoadSubjects<X extends ActionTypes> = Flat<{
    readonly token: TokenView & {
        readonly claims: Partial<X['claims']>;
    };
    readonly signal: AbortSignal;
} & ObjectOf<X, {
    readonly [N in X['resource']]: X['object'];
}> & Declared<X['input'], {
    readonly input: X['input'];
}>>;
type LoadedFact = {
    readonly kind: 'loaded';
    readonly value: unknown;
} | {
    readonly kind: 'failed';
} | {
    readonly kind: 'late';
};
type LoginDeclaration<Level extends string> = Level | {
    readonly acr: Level;
    readonly maxAge?: number;
} | {
    readonly maxAge: number;
};
type MemberName<T> = {
    [K in keyof T]-?: IsMethod<T[K]> extends true ? never : K;
}[keyof T] & string;
type MembersOf<T> = {
    readonly [K in Exclude<MemberName<T>, 'at' | 'present'>]-?: AttributeOf<T[K]>;
};
type Moment = Pick<Circumstances, 'now' | 'requestFacts'>;
type NoMembers = Readonly<Record<never, never>>;
interface NumberAttribute<T extends number = number> extends AnyAttribute {
    readonly [typeOf]: 'number';
    eq(other: T | NumberAttribute): Condition;
    ne(other: T | NumberAttribute): Condition;
    lt(other: number | NumberAttribute): Condition;
    lte(other: number | NumberAttribute): Condition;
    gt(other: number | NumberAttribute): Condition;
    gte(other: number | NumberAttribute): Condition;
    in(list: readonly T[] | ListAttribute<number>): Condition;
    within(percent: number, base: number | NumberAttribute): Condition;
}
type ObjectAttribute<T> = AnyAttribute & MembersOf<T> & {
    at<K extends MemberName<T>>(name: K): AttributeOf<T[K]>;
};
type ObjectOf<X extends ActionTypes, Member> = unknown extends X['isWithoutObject'] ? Member : unknown;
type StandardClaims = {
    readonly iss: string;
    readonly sub: string;
    readonly client_id: string;
    readonly auth_time: number;
};
interface TextAttribute<T extends string = string> extends AnyAttribute {
    readonly [typeOf]: 'text';
    eq(other: T | TextAttribute): Condition;
    ne(other: T | TextAttribute): Condition;
    in(list: readonly T[] | ListAttribute<string>): Condition;
}
type TokenAttribute<Claims, Level extends string> = ObjectAttribute<Claims & Omit<StandardClaims, keyof Claims>> & {
    readonly acr: LevelAttribute<Level>;
};
type TypesOf<D, Name extends string> = Name extends `${infer R}.${infer A}` ? R extends keyof D ? TypesOfMember<ActionsOf<D[R]>, A> : never : never;
type TypesOfMember<Actions, A extends string> = A extends keyof Actions ? Actions[A] extends {
    readonly types: infer X extends ActionTypes;
} ? X : never : never;
type Variant = Assigned & {
    readonly what: 'boundary' | 'missing' | 'wrong type';
};
type Verdict = {
    readonly answer: 'yes';
    readonly example: Example;
} | {
    readonly answer: 'no' | 'unknown';
};
declare const typeOf: unique symbol;

// @ambit/policy/cedar
export type CedarAnswer = {
    readonly type: string;
    readonly response?: {
        readonly decision: string;
        readonly diagnostics: {
            readonly reason: readonly string[];
            readonly errors: readonly {
                readonly policyId: string;
            }[];
        };
    };
    readonly errors?: readonly {
        readonly message: string;
    }[];
};
export type CedarCall = {
    readonly principal: CedarUid;
    readonly action: CedarUid;
    readonly resource: CedarUid;
    readonly context: Record<string, CedarValue>;
    readonly preparsedPolicySetId: string;
    readonly entities: {
        uid: CedarUid;
        attrs: Record<string, CedarValue>;
        parents: CedarUid[];
    }[];
};
export declare class CedarError extends Error {
    readonly name = "CedarError";
}
export type CedarExport = {
    readonly policies: readonly CedarPolicy[];
    readonly text: string;
    readonly schema: string;
    readonly entityTypes: ReadonlyMap<string, string>;
};
export type CedarExportOptions = {
    readonly types?: Readonly<Record<string, CedarType>>;
};
export type CedarJudge = {
    readonly decide: (action: string, token: TokenView, circumstances: Circumstances) => Decision;
};
export type CedarModule = {
    readonly preparsePolicySet: (name: string, policies: CedarPolicySet) => CedarAnswer;
    readonly statefulIsAuthorized: (call: CedarCall) => CedarAnswer;
};
export type CedarPolicy = {
    readonly id: string;
    readonly text: string;
};
export type CedarPolicySet = {
    readonly staticPolicies: Record<string, string>;
};
export type CedarType = CedarScalar | `${CedarScalar}s`;
export type CedarUid = {
    readonly type: string;
    readonly id: string;
};
export type CedarValue = string | number | boolean | CedarValue[] | {
    [name: string]: CedarValue;
};
export declare function cedarJudge(cedar: CedarModule, model: PolicyModel): CedarJudge;
export declare function toCedar(model: PolicyModel, { types: given }?: CedarExportOptions): CedarExport;
// Not exported, needed above.
type ActionModel = {
    readonly name: string;
    readonly resource: string;
    readonly requirement: Requirement;
    readonly rules: readonly Rule[];
    readonly facts: readonly FactModel[];
    readonly detailType?: string;
    readonly isHidden: boolean;
};
type Attribute = {
    readonly kind: 'attribute';
    readonly source: Source;
    readonly path: readonly string[];
};
type CedarScalar = 'string' | 'long' | 'bool';
type Circumstances = {
    readonly resource?: unknown;
    readonly input?: unknown;
    readonly facts?: Readonly<Record<string, unknown>>;
    readonly now: number;
    readonly requestFacts?: RequestFacts;
};
type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';
type Decision = {
    readonly kind: 'allow';
}
 | {
    readonly kind: 'insufficient_scope';
    readonly needed: ScopeSet;
    readonly missing: ScopeSet;
}
 | {
    readonly kind: 'step_up';
    readonly acr?: string;
    readonly maxAge?: number;
    readonly rule: string;
}
 | {
    readonly kind: 'forbidden';
    readonly rule: string;
    readonly isHidden: boolean;
};
type Expression = {
    readonly kind: 'constant';
    readonly value: boolean;
} | {
    readonly kind: 'compare';
    readonly by: Comparison;
    readonly left: Operand;
    readonly right: Operand;
}
 | {
    readonly kind: 'within';
    readonly left: Operand;
    readonly percent: number;
    readonly right: Operand;
}
 | {
    readonly kind: 'in';
    readonly item: Operand;
    readonly list: Operand;
}
 | {
    readonly kind: 'is';
    readonly value: boolean;
    readonly of: Operand;
}
 | {
    readonly kind: 'present';
    readonly of: Operand;
} | {
    readonly kind: 'and';
    readonly all: readonly Expression[];
} | {
    readonly kind: 'or';
    readonly any: readonly Expression[];
} | {
    readonly kind: 'not';
    readonly of: Expression;
};
type FactModel = {
    readonly name: string;
    readonly timeout: number;
};
type FactSource = {
    readonly name: string;
    readonly timeout: number;
    readonly isPerInput: boolean;
    readonly load: (subject: FactSubject, signal: AbortSignal) => unknown;
};
type FactSubject = {
    readonly token: TokenView;
    readonly resource: unknown;
    readonly input: unknown;
};
type Level = {
    readonly kind: 'level';
    readonly of: Attribute | Literal;
};
type Literal = {
    readonly kind: 'literal';
    readonly value: Scalar | readonly Scalar[];
};
type LoadedFact = {
    readonly kind: 'loaded';
    readonly value: unknown;
} | {
    readonly kind: 'failed';
} | {
    readonly kind: 'late';
};
type Operand = Literal | Attribute | Level;
type PolicyModel = {
    readonly catalogue: Catalogue;
    readonly actions: ReadonlyMap<string, ActionModel>;
    readonly levels: readonly string[];
};
declare class RequestFacts {
    #private;
    find(source: FactSource, subject: FactSubject, timer: Timer): Promise<LoadedFact>;
}
type Rule =
{
    readonly kind: 'when';
    readonly name: string;
    readonly condition: Expression;
}
 | {
    readonly kind: 'forbid';
    readonly name: string;
    readonly condition: Expression;
}
 | {
    readonly kind: 'stepUp';
    readonly name: string;
    readonly acr?: string;
    readonly maxAge?: number;
    readonly unless: Expression;
};
type Scalar = string | number | boolean;
type Source =
'token'
 | 'resource'
 | 'input'
 | 'fact'
 | 'details';
type Timer = (milliseconds: number, callback: () => void) => () => void;
type TokenView = {
    readonly scope: ScopeSet;
    readonly claims: Readonly<Record<string, unknown>>;
};

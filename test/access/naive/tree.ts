/** Conditions on small worlds, from iam-semantics section 3 alone. */
import {both, either, not, type Truth} from './truth.ts';
import {CRM, homeOf, OTHER_RESOURCES, type Question, type SmallWorld, type Tree} from './world.ts';

/** What Google tells a condition about the resource at hand; absent: that attribute does not exist there. */
function attributesOf(name: string): {type?: string; service?: string; name?: string; silent?: true} {
	// Whether folders and organizations have a type and service is in no source read.
	if (/^\/\/cloudresourcemanager\.googleapis\.com\/(folders|organizations)\//.test(name)) return {silent: true};
	// Projects have type and service only; service accounts have none.
	if (name.startsWith(`${CRM}projects/`))
		return {type: 'cloudresourcemanager.googleapis.com/Project', service: 'cloudresourcemanager.googleapis.com'};
	const other = OTHER_RESOURCES.find(resource => resource.name === name);
	if (other) return {type: other.type, service: other.type.slice(0, other.type.indexOf('/')), name: other.attributes};
	return {};
}

/**
 * @param wanted true where a true part helps the whole to be true, false below a `!`: a test on an
 * attribute that does not exist never grants by being positive; negated it is undecided
 */
export function treeValue(world: SmallWorld, {on, permission}: Question, tree: Tree, wanted = true): Truth {
	const value = (part: Tree, as = wanted): Truth => treeValue(world, {on, permission, principal: ''}, part, as);
	const absent = (equal: boolean): Truth => (equal === wanted ? !wanted : 'condition');
	switch (tree.is) {
		case 'all':
			return both(tree.of.map(part => value(part)));
		case 'any':
			return either(tree.of.map(part => value(part)));
		case 'not':
			return not(value(tree.of, !wanted));
		case 'before':
			return world.now < tree.time;
		case 'after':
			return world.now > tree.time;
		case 'resource': {
			const attributes = attributesOf(on);
			if (attributes.silent && tree.attribute !== 'name') return 'condition';
			const known = attributes[tree.attribute];
			return known === undefined ? absent(tree.equal) : (known === tree.value) === tree.equal;
		}
		case 'nameStarts': {
			const {name} = attributesOf(on);
			return name === undefined ? absent(true) : name.startsWith(tree.prefix);
		}
		case 'tag':
			return tagOf(world, on, tree.value);
		case 'grantsOnly':
			// The list is empty unless the call sets a policy; which roles it then changes nobody can tell.
			return permission.endsWith('.setIamPolicy') ? 'condition' : true;
		case 'accessLevel':
		case 'broken':
			return 'condition';
	}
}

/** Effective tags: those of the resource; what is no container and has none has its container's. */
function tagOf(world: SmallWorld, on: string, value: string): Truth {
	const tags = world.tags ?? {};
	const own = tags[on] ?? (on in tags ? null : tags[CRM + homeOf(world, on)]);
	return own === undefined ? 'condition' : own === value;
}
